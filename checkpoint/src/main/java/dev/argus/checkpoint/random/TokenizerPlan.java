package dev.argus.checkpoint.random;

import com.fasterxml.jackson.core.PrettyPrinter;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A tokenizer to be made: a byte-level BPE with as many tokens as the published one, whose special
 * tokens have their published ids. Any text becomes tokens and back; English ones become about as
 * many as with a trained vocabulary.
 *
 * @param style how the published one cuts texts
 * @param leading tokens that come before the bytes
 * @param learned how many tokens are learned, after the 256 bytes
 * @param added tokens that come after those
 */
record TokenizerPlan(Style style, List<AddedToken> leading, int learned, List<AddedToken> added) {
  private static final JsonMapper JSON = new JsonMapper();

  /** The same line ends on every machine. */
  private static final PrettyPrinter PRETTY =
      new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));

  /** A published tokenizer's normaliser, pre-tokenizer and decoder, and how it spells a merge. */
  enum Style {
    SMOLLM2("smollm2-tokenizer.json") {
      @Override
      void addMerge(ArrayNode merges, Merge merge) {
        merges.add(merge.left() + " " + merge.right());
      }
    },
    QWEN2("qwen2-tokenizer.json") {
      @Override
      void addMerge(ArrayNode merges, Merge merge) {
        merges.addArray().add(merge.left()).add(merge.right());
      }
    };

    private final String resource;

    Style(String resource) {
      this.resource = resource;
    }

    abstract void addMerge(ArrayNode merges, Merge merge);
  }

  /** The same with fewer learned tokens, or more, so that there are so many tokens in all. */
  TokenizerPlan withTokens(int tokens) {
    return new TokenizerPlan(style, leading, learned + tokens - size(), added);
  }

  /** Tokens in all. */
  int size() {
    return leading.size() + LearnedTokens.BYTES.size() + learned + added.size();
  }

  /** Writes a {@code tokenizer.json}. */
  void write(Path file) throws IOException {
    JSON.writer(PRETTY).writeValue(file.toFile(), json());
  }

  private ObjectNode json() throws IOException {
    ObjectNode tokenizer = (ObjectNode) JSON.readTree(Resources.bytes(style.resource));
    ArrayNode addedTokens = tokenizer.withArray("added_tokens");
    for (int i = 0; i < leading.size(); i++) {
      add(addedTokens, i, leading.get(i));
    }
    for (int i = 0; i < added.size(); i++) {
      add(addedTokens, size() - added.size() + i, added.get(i));
    }
    List<Merge> learnedMerges = LearnedTokens.merges(learned);
    ObjectNode model = (ObjectNode) tokenizer.required("model");
    ObjectNode vocabulary = model.withObject("vocab");
    for (String token : vocabulary(learnedMerges)) {
      vocabulary.put(token, vocabulary.size());
    }
    ArrayNode merges = model.withArray("merges");
    learnedMerges.forEach(merge -> style.addMerge(merges, merge));
    return tokenizer;
  }

  private Set<String> vocabulary(List<Merge> merges) {
    Set<String> tokens = new LinkedHashSet<>();
    leading.forEach(token -> tokens.add(token.content()));
    tokens.addAll(LearnedTokens.BYTES);
    merges.forEach(merge -> tokens.add(merge.product()));
    return tokens;
  }

  private static void add(ArrayNode tokens, int id, AddedToken token) {
    tokens
        .addObject()
        .put("id", id)
        .put("content", token.content())
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", token.special());
  }
}
