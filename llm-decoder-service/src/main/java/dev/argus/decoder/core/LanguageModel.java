package dev.argus.decoder.core;

import dev.argus.decoder.core.sampling.TopLogits;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A language model with a KV cache of fixed-capacity slots, as the scheduler sees it.
 *
 * <p>Not thread-safe: all calls come from the scheduler's thread. A failed call throws {@link
 * dev.argus.base.failure.ModelFault} and leaves the slots it touched undefined; the others stay
 * valid.
 */
public interface LanguageModel extends AutoCloseable {

  /** Number of slots in the KV cache. */
  int slots();

  /** Positions in one slot: the longest prompt and answer together. */
  int slotCapacity();

  /** Length of a row of logits. */
  int vocabularySize();

  /**
   * About what reading a prompt's token takes, as a multiple of what its first one takes: attention
   * looks at all that is before. Never less at a later position.
   */
  double readingCost(int position);

  /**
   * Runs consecutive prompt tokens of one sequence and writes their keys and values into its slot.
   * They replace what the slot contains from their first position on.
   *
   * <p>How a prompt is cut into chunks must not show in the results, as long as the chunks are of
   * lengths that {@link ChunkLength} allows.
   *
   * @param chunk the tokens
   * @param logits receives the logits after the chunk's last token, {@code [vocabularySize]}
   */
  void prefill(PrefillChunk chunk, float[] logits);

  /**
   * Runs one token of each of several sequences.
   *
   * @param tokens one for each sequence, with different slots; not empty
   * @return for each, in their order, the logits of the token after it
   */
  List<Logits> decode(List<DecodeToken> tokens);

  /**
   * As above, and reads all logits.
   *
   * @param logits receives one row for each, {@code [tokens.size()][vocabularySize]}
   */
  default void decode(List<DecodeToken> tokens, float[][] logits) {
    if (tokens.size() != logits.length) {
      throw new IllegalArgumentException(
          "%d tokens, %d rows of logits".formatted(tokens.size(), logits.length));
    }
    List<Logits> rows = decode(tokens);
    for (int i = 0; i < logits.length; i++) {
      rows.get(i).read(logits[i]);
    }
  }

  /**
   * Copies the keys and values of consecutive positions from one slot to the same positions of
   * another, where they replace what is there and behind.
   *
   * @param source the slot that has them
   * @param target another slot, which contains the positions before {@code from} already
   * @param from the first position
   * @param to the position after the last; above {@code from}
   */
  void copy(int source, int target, int from, int to);

  @Override
  void close();

  /** The logits of a sequence's next token, where the model computed them; until its next call. */
  interface Logits {

    /**
     * The token with the highest logit, the lowest id among equals: from a model that has found it
     * where the logits are, so that they need not be brought from there, and if all are finite.
     */
    default OptionalInt highest() {
      return OptionalInt.empty();
    }

    /**
     * The tokens with the highest logits, on the same conditions, and if the model can say so many.
     *
     * @param count how many are wanted; at least 1
     */
    default Optional<TopLogits> top(int count) {
      return Optional.empty();
    }

    /**
     * Reads all of them.
     *
     * @param target receives {@code [vocabularySize]}
     */
    void read(float[] target);
  }

  /**
   * Consecutive prompt tokens of one sequence.
   *
   * @param slot the sequence's slot
   * @param start position of the first token; positions before it are in the slot already
   * @param tokenIds the tokens; not empty
   * @param visual the visual tokens whose places lie in this chunk
   */
  @SuppressWarnings("ArrayRecordComponent") // On the hot path; never compared.
  record PrefillChunk(int slot, int start, int[] tokenIds, List<VisualRows> visual) {}

  /**
   * Visual tokens that replace the embeddings of consecutive places.
   *
   * @param offset index in {@link PrefillChunk#tokenIds} of the first place
   * @param features float32, little-endian, {@code [rows, hiddenSize]} from position to limit; the
   *     caller leaves it unchanged
   */
  record VisualRows(int offset, ByteBuffer features) {}

  /**
   * The next token of one sequence.
   *
   * @param slot the sequence's slot
   * @param position where the token goes; positions before it are in the slot already
   * @param tokenId the token
   */
  record DecodeToken(int slot, int position, int tokenId) {}
}
