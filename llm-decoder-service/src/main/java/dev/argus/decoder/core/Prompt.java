package dev.argus.decoder.core;

import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.checkpoint.prompt.VisualSpan;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * A prompt, and what its parts are recognised by when another prompt begins alike.
 *
 * @param tenant whose it is; prompts of different tenants share nothing
 * @param layout token ids, and the spans of visual tokens
 * @param digests one for each span, compared from position to limit: where they are equal, so are
 *     the visual tokens. Empty where they are not known: then nothing from the first span on is
 *     shared
 */
public record Prompt(String tenant, PromptLayout layout, List<ByteBuffer> digests) {

  /**
   * @throws IllegalArgumentException if some spans have digests and some have none
   */
  public Prompt {
    digests = List.copyOf(digests);
    if (!digests.isEmpty() && digests.size() != layout.spans().size()) {
      throw new IllegalArgumentException(
          "%d digests for %d spans".formatted(digests.size(), layout.spans().size()));
    }
  }

  /** Number of tokens, visual ones included. */
  public int length() {
    return layout.tokenIds().length;
  }

  /** With how many equal tokens both prompts begin; 0 where tenants differ. */
  int commonPrefix(Prompt other) {
    if (!tenant.equals(other.tenant)) {
      return 0;
    }
    int mismatch = Arrays.mismatch(layout.tokenIds(), other.layout.tokenIds());
    int equalIds = mismatch < 0 ? length() : mismatch;
    // All pictures have the same ids: what lies in the spans decides.
    for (int span = 0; ; span++) {
      int start = Math.min(startOf(span), other.startOf(span));
      if (start >= equalIds) {
        return equalIds;
      }
      if (!sameSpan(span, other)) {
        return start;
      }
    }
  }

  private int startOf(int span) {
    return span < layout.spans().size() ? layout.spans().get(span).position() : Integer.MAX_VALUE;
  }

  private boolean sameSpan(int span, Prompt other) {
    List<VisualSpan> spans = layout.spans();
    List<VisualSpan> others = other.layout.spans();
    return span < Math.min(digests.size(), other.digests.size())
        && spans.get(span).equals(others.get(span))
        && digests.get(span).equals(other.digests.get(span));
  }
}
