package dev.argus.checkpoint.prompt;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Text from token ids, one after another: gives out each character as soon as its last byte is
 * there.
 *
 * <p>A token of a byte-level vocabulary may end inside a character. Its bytes are held back until
 * the next tokens complete it, so U+FFFD appears only where the bytes can no longer become one.
 * Everything given out, put together, is what decoding all ids at once gives. Special tokens give
 * no text. Not thread-safe: one stream of ids each.
 */
public final class Detokenizer {
  private static final int LONGEST_CHARACTER = 4;

  private final Vocabulary vocabulary;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private ByteBuffer pending = ByteBuffer.allocate(0);

  Detokenizer(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /** Takes the next id and returns the text that became certain; empty while bytes are pending. */
  public String append(int tokenId) {
    byte[] bytes = vocabulary.bytes(tokenId);
    if (bytes.length == 0) {
      return "";
    }
    return decode(
        ByteBuffer.allocate(pending.remaining() + bytes.length).put(pending).put(bytes).flip(),
        false);
  }

  /**
   * Ends the stream and returns what was held back: U+FFFD for a character that stayed incomplete.
   */
  public String finish() {
    return decode(pending, true);
  }

  private String decode(ByteBuffer input, boolean last) {
    CharBuffer text = CharBuffer.allocate(input.remaining() + LONGEST_CHARACTER);
    decoder.decode(input, text, last);
    if (last) {
      decoder.flush(text);
      decoder.reset();
    }
    pending = input;
    return text.flip().toString();
  }
}
