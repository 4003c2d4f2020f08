package dev.argus.decoder.core;

import dev.argus.checkpoint.prompt.PromptLayout;
import java.nio.ByteBuffer;
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
}
