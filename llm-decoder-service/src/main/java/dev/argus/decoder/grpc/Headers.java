package dev.argus.decoder.grpc;

import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.checkpoint.prompt.VisualSpan;
import java.util.List;

/** What a header says, from the wire. */
final class Headers {
  private Headers() {}

  /** The prompt as it was sent, unchecked. */
  static PromptLayout layout(dev.argus.stage.v1.PromptLayout message) {
    int[] tokenIds = message.getTokenIdsList().stream().mapToInt(Integer::intValue).toArray();
    List<VisualSpan> spans =
        message.getSpansList().stream()
            .map(span -> new VisualSpan(span.getPosition(), span.getLength()))
            .toList();
    return new PromptLayout(tokenIds, spans);
  }
}
