package dev.argus.checkpoint.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.config.Settings;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/**
 * The bytes of every token of a byte-level BPE.
 *
 * <p>Such a vocabulary spells each byte as one printable character: ASCII's and Latin-1's own where
 * they are printable, and U+0100 onwards for the others in order (GPT-2's {@code
 * bytes_to_unicode}). A token with a character beyond these stands for its own UTF-8, as in Hugging
 * Face's {@code ByteLevel} decoder. Immutable and thread-safe.
 */
final class Vocabulary {
  private static final byte[] NO_BYTES = {};
  private static final Map<Character, Byte> BYTE_OF_CHARACTER = byteOfCharacter();

  private final byte[][] bytes;
  private final Map<String, Integer> addedTokens;

  private Vocabulary(byte[][] bytes, Map<String, Integer> addedTokens) {
    this.bytes = bytes;
    this.addedTokens = addedTokens;
  }

  /**
   * Reads the tables of a {@code tokenizer.json}.
   *
   * @param alwaysShown special tokens that keep their text
   */
  static Vocabulary read(Path file, IntPredicate alwaysShown) {
    Settings tokenizer = Settings.read(file);
    requireByteLevel(tokenizer);
    JsonNode pieces = tokenizer.object("model").json("vocab").orElse(null);
    if (pieces == null || !pieces.isObject()) {
      throw tokenizer.fault("model.vocab", "should be an object");
    }
    Map<Integer, byte[]> byId = new HashMap<>();
    pieces
        .properties()
        .forEach(piece -> byId.put(piece.getValue().asInt(), bytesOf(piece.getKey())));
    Map<String, Integer> addedTokens = new HashMap<>();
    tokenizer
        .json("added_tokens")
        .ifPresent(added ->
            added.forEach(token -> {
              int id = token.path("id").asInt();
              String content = token.path("content").asText();
              boolean shown = !token.path("special").asBoolean() || alwaysShown.test(id);
              addedTokens.put(content, id);
              byId.put(id, shown ? bytesOf(content) : NO_BYTES);
            }));
    int size = byId.keySet().stream().mapToInt(Integer::intValue).max().orElse(-1) + 1;
    byte[][] bytes = new byte[size][];
    Arrays.fill(bytes, NO_BYTES);
    byId.forEach((id, value) -> bytes[id] = value);
    return new Vocabulary(bytes, Map.copyOf(addedTokens));
  }

  private static void requireByteLevel(Settings tokenizer) {
    String model = tokenizer.object("model").text("type").orElse("BPE");
    String decoder =
        tokenizer
            .optionalObject("decoder")
            .flatMap(settings -> settings.text("type"))
            .orElse("none");
    if (!model.equals("BPE") || !decoder.equals("ByteLevel")) {
      throw new ModelFault(
          "the tokenizer is a %s with a %s decoder; only BPE with ByteLevel is supported"
              .formatted(model, decoder),
          null);
    }
  }

  /** One more than the highest id. */
  int size() {
    return bytes.length;
  }

  /** The bytes that a token stands for in an answer; not to be modified. */
  byte[] bytes(int tokenId) {
    return tokenId < bytes.length ? bytes[tokenId] : NO_BYTES;
  }

  /** The id of an added token. */
  OptionalInt addedToken(String content) {
    Integer id = addedTokens.get(content);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  private static byte[] bytesOf(String piece) {
    ByteArrayOutputStream decoded = new ByteArrayOutputStream(piece.length());
    for (int i = 0; i < piece.length(); i++) {
      Byte value = BYTE_OF_CHARACTER.get(piece.charAt(i));
      if (value == null) {
        return piece.getBytes(StandardCharsets.UTF_8);
      }
      decoded.write(value);
    }
    return decoded.toByteArray();
  }

  private static Map<Character, Byte> byteOfCharacter() {
    Map<Character, Byte> table = new HashMap<>();
    char next = 0x100;
    for (int value = 0; value < 256; value++) {
      boolean itself =
          (value >= '!' && value <= '~')
              || (value >= 0xA1 && value <= 0xAC)
              || (value >= 0xAE && value <= 0xFF);
      table.put(itself ? (char) value : next++, (byte) value);
    }
    return Map.copyOf(table);
  }
}
