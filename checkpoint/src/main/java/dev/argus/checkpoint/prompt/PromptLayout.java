package dev.argus.checkpoint.prompt;

import java.util.List;

/**
 * A prompt as the decoder sees it: token ids, and where each tile's visual tokens go. Needs no
 * pixel to be known.
 *
 * @param tokenIds all ids in order, the image token's id in the place of each visual token; not to
 *     be modified
 * @param spans by ascending position, never overlapping; span i belongs to tile i of the
 *     conversation
 */
@SuppressWarnings("ArrayRecordComponent") // Thousands of ids on the hot path; never compared.
public record PromptLayout(int[] tokenIds, List<VisualSpan> spans) {

  /** Visual tokens of all spans together. */
  public int visualTokens() {
    return spans.stream().mapToInt(VisualSpan::length).sum();
  }
}
