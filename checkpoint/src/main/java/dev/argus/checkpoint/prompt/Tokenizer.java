package dev.argus.checkpoint.prompt;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.argus.base.failure.ModelFault;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/**
 * From text to token ids and back, as {@code tokenizer.json} says.
 *
 * <p>Encoding runs in Hugging Face's own Rust library; decoding is a table look-up ({@link
 * Vocabulary}). Nothing is added to, cut off or padded around what is asked for. Thread-safe. The
 * native memory lives as long as the object.
 */
public final class Tokenizer {
  static {
    // Whoever embeds the library may say otherwise; by default it calls nobody and downloads
    // nothing.
    setDefault("ai.djl.offline", "true");
    setDefault("OPT_OUT_TRACKING", "true");
    setDefault("RUST_FLAVOR", "cpu");
  }

  private final HuggingFaceTokenizer encoder;
  private final Vocabulary vocabulary;

  private Tokenizer(HuggingFaceTokenizer encoder, Vocabulary vocabulary) {
    this.encoder = encoder;
    this.vocabulary = vocabulary;
  }

  /**
   * Reads a tokenizer.
   *
   * @param file {@code tokenizer.json}: a byte-level BPE
   * @param alwaysShown special tokens that answers show all the same
   * @throws ModelFault if the file is missing, broken, or of another kind
   */
  public static Tokenizer open(Path file, IntPredicate alwaysShown) {
    Vocabulary vocabulary = Vocabulary.read(file, alwaysShown);
    try (InputStream json = Files.newInputStream(file)) {
      Map<String, String> options =
          Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");
      return new Tokenizer(HuggingFaceTokenizer.newInstance(json, options), vocabulary);
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      throw new ModelFault(file + " cannot be read: " + e.getMessage(), e);
    } catch (RuntimeException e) { // What the native side throws for a tokenizer it does not know.
      throw new ModelFault(file + " is not a tokenizer: " + e.getMessage(), e);
    }
  }

  /** The ids of a text. Special tokens in it are recognised; none is added. */
  public int[] encode(String text) {
    return text.isEmpty()
        ? new int[0]
        : Arrays.stream(encoder.encode(text, false, false).getIds())
            .mapToInt(Math::toIntExact)
            .toArray();
  }

  /**
   * The text of ids, special tokens left out; bytes that are not UTF-8 become U+FFFD.
   *
   * @throws IllegalArgumentException for a negative id; one beyond the vocabulary gives no text
   */
  public String decode(int... tokenIds) {
    Detokenizer detokenizer = detokenizer();
    StringBuilder text = new StringBuilder();
    for (int id : tokenIds) {
      text.append(detokenizer.append(id));
    }
    return text.append(detokenizer.finish()).toString();
  }

  /** The bytes that a token stands for in an answer, a copy; none for special tokens. */
  public byte[] bytes(int tokenId) {
    return vocabulary.bytes(tokenId).clone();
  }

  /** One more than the highest id. */
  public int vocabularySize() {
    return vocabulary.size();
  }

  /** The id of an added token, special or not, as the vocabulary spells it. */
  public OptionalInt addedToken(String content) {
    return vocabulary.addedToken(content);
  }

  /** A fresh one, for one stream of ids. */
  public Detokenizer detokenizer() {
    return new Detokenizer(vocabulary);
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null && System.getenv(property) == null) {
      System.setProperty(property, value);
    }
  }
}
