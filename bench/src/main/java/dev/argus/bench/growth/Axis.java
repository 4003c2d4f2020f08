package dev.argus.bench.growth;

import dev.argus.v1.Usage;
import java.util.Locale;

/** What grows from question to question. */
enum Axis {
  /** One picture, cut into more and more tiles; its pixels stay about as many. */
  TILES("tiles of one picture", "tile"),
  /** A text without a picture, longer and longer. */
  PROMPT("prompt tokens, no picture", "token"),
  /** More and more pictures, each looked at as a single tile. */
  PICTURES("pictures of one tile each", "picture");

  private final String label;
  private final String unit;

  Axis(String label, String unit) {
    this.label = label;
    this.unit = unit;
  }

  /** For people. */
  String label() {
    return label;
  }

  /** One of what grows. */
  String unit() {
    return unit;
  }

  /** How many there were, as the server counted. */
  int of(Usage usage) {
    return switch (this) {
      case TILES, PICTURES -> usage.getTiles();
      case PROMPT -> usage.getPromptTokens();
    };
  }

  /** So many of them, such as {@code 1 tile} or {@code 5 tiles}. */
  String count(int number) {
    return String.format(Locale.ROOT, "%d %s%s", number, unit, number == 1 ? "" : "s");
  }
}
