package dev.argus.hub;

import java.io.IOException;

/** A file is not what the repository says. */
final class WrongChecksum extends IOException {
  WrongChecksum(String message) {
    super(message);
  }
}
