package dev.argus.gateway.grpc.discovery;

import com.fasterxml.jackson.databind.JsonNode;

/** What a watch tells. */
sealed interface WatchEvent {
  /**
   * A slice is new or another.
   *
   * @param version to watch from after this
   */
  record Changed(EndpointSlice slice, String version) implements WatchEvent {}

  /** A slice is gone. */
  record Deleted(String name, String version) implements WatchEvent {}

  /** Nothing happened up to a version. */
  record Bookmark(String version) implements WatchEvent {}

  /**
   * The watch cannot go on.
   *
   * @param code 410 where the server does not know any more what happened since the version
   */
  record Failed(int code, String message) implements WatchEvent {}

  /** Reads one. */
  static WatchEvent of(JsonNode event) {
    JsonNode object = event.path("object");
    String type = event.path("type").asText();
    return switch (type) {
      case "ADDED", "MODIFIED" -> new Changed(EndpointSlice.of(object), SliceApi.version(object));
      case "DELETED" ->
          new Deleted(object.path("metadata").path("name").asText(), SliceApi.version(object));
      case "BOOKMARK" -> new Bookmark(SliceApi.version(object));
      case "ERROR" -> new Failed(object.path("code").asInt(), object.path("message").asText());
      default -> new Failed(0, "unknown event " + type);
    };
  }
}
