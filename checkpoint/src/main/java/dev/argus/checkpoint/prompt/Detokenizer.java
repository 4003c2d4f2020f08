package dev.argus.checkpoint.prompt;

/**
 * Text from token ids, one after another: gives out each character as soon as its last byte is
 * there.
 *
 * <p>A token of a byte-level vocabulary may end inside a character. Its bytes are held back until
 * the next tokens complete it, so U+FFFD appears only where the bytes can no longer become one:
 * once for each longest run that might have, as the WHATWG Encoding Standard has it and Hugging
 * Face's decoder does. (The JDK's decoder counts otherwise for surrogates.) Everything given out,
 * put together, is what decoding all ids at once gives. Special tokens give no text.
 *
 * <p>Not thread-safe: one stream of ids each.
 */
public final class Detokenizer {
  private static final char REPLACEMENT = '\uFFFD';

  private final Vocabulary vocabulary;

  /** Bytes that the character begun still lacks; 0 between characters. */
  private int missing;

  private int codePoint;

  /** What the next byte may be at least; the second byte's range depends on the first. */
  private int lowest;

  /** What the next byte may be at most. */
  private int highest;

  Detokenizer(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /** Takes the next id and returns the text that became certain; empty while bytes are pending. */
  public String append(int tokenId) {
    StringBuilder text = new StringBuilder();
    for (byte value : vocabulary.bytes(tokenId)) {
      take(value & 0xFF, text);
    }
    return text.toString();
  }

  /**
   * Ends the stream and returns what was held back: U+FFFD for a character that stayed incomplete.
   */
  public String finish() {
    boolean incomplete = missing > 0;
    missing = 0;
    return incomplete ? String.valueOf(REPLACEMENT) : "";
  }

  private void take(int value, StringBuilder text) {
    if (missing > 0 && (value < lowest || value > highest)) {
      missing = 0;
      text.append(REPLACEMENT);
    }
    if (missing == 0) {
      begin(value, text);
      return;
    }
    codePoint = (codePoint << 6) | (value & 0x3F);
    lowest = 0x80;
    highest = 0xBF;
    missing--;
    if (missing == 0) {
      text.appendCodePoint(codePoint);
    }
  }

  private void begin(int value, StringBuilder text) {
    lowest = 0x80;
    highest = 0xBF;
    if (value < 0x80) {
      text.append((char) value);
    } else if (value >= 0xC2 && value <= 0xDF) {
      missing = 1;
      codePoint = value & 0x1F;
    } else if (value >= 0xE0 && value <= 0xEF) {
      missing = 2;
      codePoint = value & 0xF;
      lowest = value == 0xE0 ? 0xA0 : lowest; // Shorter forms exist.
      highest = value == 0xED ? 0x9F : highest; // Surrogates are no characters.
    } else if (value >= 0xF0 && value <= 0xF4) {
      missing = 3;
      codePoint = value & 0x7;
      lowest = value == 0xF0 ? 0x90 : lowest;
      highest = value == 0xF4 ? 0x8F : highest; // Unicode ends at U+10FFFF.
    } else {
      text.append(REPLACEMENT);
    }
  }
}
