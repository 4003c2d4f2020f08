package dev.argus.service.error;

import dev.argus.v1.Stage;

/** Stages by the names that people know them by. */
final class Peers {
  private Peers() {}

  static String name(Stage stage) {
    return switch (stage) {
      case STAGE_GATEWAY -> "gateway";
      case STAGE_PREPROCESS -> "preprocess service";
      case STAGE_ENCODER -> "vision encoder service";
      case STAGE_DECODER -> "decoder service";
      case STAGE_UNSPECIFIED, UNRECOGNIZED -> "server";
    };
  }
}
