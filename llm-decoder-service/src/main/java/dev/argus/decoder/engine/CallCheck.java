package dev.argus.decoder.engine;

import dev.argus.decoder.core.LanguageModel.DecodeToken;
import dev.argus.decoder.core.LanguageModel.PrefillChunk;
import java.util.BitSet;
import java.util.List;

/**
 * What a language model's caller may ask for. Every method throws {@link IllegalArgumentException}
 * where it asks for something else.
 *
 * @param slots sequences that fit at once
 * @param slotCapacity positions in each
 * @param vocabularySize token ids, and values in a row of logits
 */
record CallCheck(int slots, int slotCapacity, int vocabularySize) {

  /** Checks the arguments of a prefill, but for the visual tokens. */
  void prefill(PrefillChunk chunk, float[] logits) {
    place(chunk.slot(), chunk.start(), chunk.tokenIds().length);
    for (int id : chunk.tokenIds()) {
      tokenId(id);
    }
    logits(logits);
  }

  /** Checks the arguments of a decode step. */
  void decode(List<DecodeToken> tokens) {
    if (tokens.isEmpty()) {
      throw new IllegalArgumentException("a decode step has at least one token");
    }
    BitSet seen = new BitSet(slots);
    for (DecodeToken token : tokens) {
      place(token.slot(), token.position(), 1);
      tokenId(token.tokenId());
      if (seen.get(token.slot())) {
        throw new IllegalArgumentException("slot %d has two tokens".formatted(token.slot()));
      }
      seen.set(token.slot());
    }
  }

  /** Checks the arguments of a copy. */
  void copy(int source, int target, int from, int to) {
    place(source, from, to - from);
    place(target, from, to - from);
    if (source == target) {
      throw new IllegalArgumentException("slot %d cannot be copied to itself".formatted(source));
    }
  }

  private void place(int slot, int position, int count) {
    if (slot < 0 || slot >= slots) {
      throw new IllegalArgumentException("slots are 0 to %d, not %d".formatted(slots - 1, slot));
    }
    if (position < 0 || count < 1 || position > slotCapacity - count) {
      throw new IllegalArgumentException(
          "%d tokens from position %d do not fit a slot of %d"
              .formatted(count, position, slotCapacity));
    }
  }

  private void tokenId(int tokenId) {
    if (tokenId < 0 || tokenId >= vocabularySize) {
      throw new IllegalArgumentException(
          "token ids are below %d, not %d".formatted(vocabularySize, tokenId));
    }
  }

  /** Checks where a row of logits goes. */
  void logits(float[] logits) {
    if (logits.length != vocabularySize) {
      throw new IllegalArgumentException(
          "a row of logits has %d values, not %d".formatted(logits.length, vocabularySize));
    }
  }
}
