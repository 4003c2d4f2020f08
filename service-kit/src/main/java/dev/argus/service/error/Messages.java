package dev.argus.service.error;

import java.nio.charset.StandardCharsets;

/** Texts with a limit in bytes. */
final class Messages {
  private static final String CUT = "…";

  private Messages() {}

  /** The text, cut between characters to at most so many UTF-8 bytes, with an ellipsis if cut. */
  static String shorten(String text, int maxBytes) {
    if (bytes(text) <= maxBytes) {
      return text;
    }
    int budget = maxBytes - bytes(CUT);
    int end = 0;
    while (end < text.length()) {
      int next = text.offsetByCodePoints(end, 1);
      budget -= bytes(text.substring(end, next));
      if (budget < 0) {
        break;
      }
      end = next;
    }
    return text.substring(0, end) + CUT;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
