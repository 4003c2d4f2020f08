package dev.argus.gateway.http;

import java.io.IOException;

/** Why a picture is not fetched, as the rest of a sentence that begins with its URL's field. */
final class Refusal extends IOException {
  Refusal(String problem) {
    super(problem);
  }

  /** What is wrong. */
  String problem() {
    return String.valueOf(getMessage());
  }
}
