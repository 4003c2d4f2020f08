package dev.argus.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.gateway.grpc.Generation;
import dev.argus.gateway.grpc.Tenants;
import dev.argus.service.telemetry.Telemetry;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;

/** OpenAI's API on top of what answers gRPC's requests too. Thread-safe. */
public final class ChatCompletions {
  private final Generation generation;
  private final Tenants tenants;
  private final RemotePictures pictures;
  private final HttpTelemetry telemetry;
  private final Clock clock;
  private final long startedSeconds;

  /**
   * @param generation remains the caller's to close
   * @param pictures remains the caller's to close
   * @param clock tells when an answer was created
   */
  public ChatCompletions(
      Generation generation,
      Tenants tenants,
      RemotePictures pictures,
      Telemetry telemetry,
      Clock clock) {
    this.generation = generation;
    this.tenants = tenants;
    this.pictures = pictures;
    this.telemetry = new HttpTelemetry(telemetry);
    this.clock = clock;
    this.startedSeconds = clock.instant().getEpochSecond();
  }

  /**
   * Begins to answer {@code POST /v1/chat/completions}; does not wait.
   *
   * @param body as it was received
   * @param headers gives a header's value by its name in lower case
   */
  public ChatCall begin(byte[] body, Function<String, Optional<String>> headers) {
    ChatCall call =
        new ChatCall(
            generation, tenants, pictures, body, headers, clock.instant().getEpochSecond());
    HttpTelemetry.Request observed = telemetry.begin("POST", "/v1/chat/completions", headers);
    Thread.ofVirtual().name("argus-http-call").start(() -> call.run(observed));
    return call;
  }

  /** The body of {@code GET /v1/models}. */
  public String models() {
    ObjectNode list = Json.object().put("object", "list");
    ArrayNode data = list.putArray("data");
    generation.models().forEach(name -> data.add(model(name)));
    return list.toString();
  }

  /** The body of {@code GET /v1/models/NAME}; empty for a model that is not served. */
  public Optional<String> modelNamed(String name) {
    return generation.models().contains(name)
        ? Optional.of(model(name).toString())
        : Optional.empty();
  }

  private ObjectNode model(String name) {
    return Json.object()
        .put("id", name)
        .put("object", "model")
        .put("created", startedSeconds)
        .put("owned_by", "argus");
  }
}
