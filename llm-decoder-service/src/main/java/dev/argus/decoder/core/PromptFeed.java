package dev.argus.decoder.core;

import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.checkpoint.prompt.VisualSpan;
import dev.argus.decoder.core.LanguageModel.PrefillChunk;
import dev.argus.decoder.core.LanguageModel.VisualRows;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A prompt on its way into the model: how far it was read, and how far it could be, given the
 * visual tokens that have arrived.
 *
 * <p>Lets go of a span's visual tokens as soon as a chunk has taken the last of them. Not
 * thread-safe: it belongs to the scheduler's thread.
 */
final class PromptFeed {
  private final int[] tokenIds;
  private final List<VisualSpan> spans;
  private final @Nullable ByteBuffer[] features;
  private final boolean[] arrived;

  /** Position of the next token to be read. */
  private int position;

  /** The first span that is not read to its end. */
  private int current;

  /** The first span whose visual tokens are missing and needed. */
  private int missing;

  PromptFeed(PromptLayout layout) {
    this.tokenIds = layout.tokenIds();
    this.spans = layout.spans();
    this.features = new @Nullable ByteBuffer[spans.size()];
    this.arrived = new boolean[spans.size()];
  }

  /**
   * Takes the visual tokens of a span.
   *
   * @throws IllegalStateException if it has them already
   */
  void visualTokens(int span, ByteBuffer rows) {
    if (arrived[span]) {
      throw new IllegalStateException("span " + span + " was filled twice");
    }
    arrived[span] = true;
    if (span >= current) {
      features[span] = rows;
    }
    findMissing();
  }

  /**
   * Skips tokens that need not be read.
   *
   * @param end the position to go on from; behind the present one
   */
  void skipTo(int end) {
    position = end;
    while (current < spans.size() && endOf(current) <= end) {
      features[current] = null;
      current++;
    }
    missing = Math.max(missing, current);
    findMissing();
  }

  private void findMissing() {
    while (missing < spans.size() && arrived[missing]) {
      missing++;
    }
  }

  /**
   * Number of tokens that can be read now, in chunks of the right {@linkplain ChunkLength length}.
   */
  int available() {
    return chunkLength(Integer.MAX_VALUE);
  }

  private int chunkLength(int limit) {
    int end = missing == spans.size() ? tokenIds.length : spans.get(missing).position();
    int room = Math.min(limit, end - position);
    return tokenIds.length == 1 ? room : ChunkLength.longest(room, tokenIds.length - position);
  }

  /** Number of tokens read. */
  int position() {
    return position;
  }

  /** Whether all tokens were read. */
  boolean done() {
    return position == tokenIds.length;
  }

  /** The first span that waits for its visual tokens; the number of spans when none does. */
  int missingSpan() {
    return missing;
  }

  /**
   * Reads on.
   *
   * @param slot where the chunk goes
   * @param limit most tokens; at least {@link ChunkLength#LEAST_ROOM}
   * @return at least one token; there must be one available
   */
  PrefillChunk next(int slot, int limit) {
    int start = position;
    int end = start + chunkLength(limit);
    List<VisualRows> visual = new ArrayList<>();
    while (current < spans.size() && spans.get(current).position() < end) {
      visual.add(rows(current, start, end));
      if (endOf(current) > end) {
        break;
      }
      features[current] = null;
      current++;
    }
    position = end;
    return new PrefillChunk(slot, start, Arrays.copyOfRange(tokenIds, start, end), visual);
  }

  /** The visual tokens of a span that lie between two positions. */
  private VisualRows rows(int span, int start, int end) {
    ByteBuffer all = features[span];
    if (all == null) {
      throw new IllegalStateException("span " + span + " is read before it was filled");
    }
    int first = spans.get(span).position();
    int rowBytes = all.remaining() / spans.get(span).length();
    int from = Math.max(first, start);
    int to = Math.min(endOf(span), end);
    ByteBuffer slice =
        all.slice(all.position() + (from - first) * rowBytes, (to - from) * rowBytes)
            .order(ByteOrder.LITTLE_ENDIAN);
    return new VisualRows(from - start, slice);
  }

  private int endOf(int span) {
    return spans.get(span).position() + spans.get(span).length();
  }
}
