package dev.argus.decoder.grpc;

import dev.argus.base.failure.InvalidInput;
import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.checkpoint.prompt.VisualSpan;
import dev.argus.decoder.core.sampling.Sampling;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.LongSupplier;

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

  /**
   * How tokens are chosen; what is unset has its default.
   *
   * @param seeds where the seed comes from when none is given
   * @throws InvalidInput naming the first field out of its range
   */
  static Sampling sampling(dev.argus.v1.Sampling message, LongSupplier seeds) {
    return new Sampling(
        message.hasMaxTokens() ? OptionalInt.of(message.getMaxTokens()) : OptionalInt.empty(),
        message.getTemperature(),
        message.hasTopP() ? message.getTopP() : 1,
        message.getTopK(),
        message.getMinP(),
        message.hasSeed() ? message.getSeed() : seeds.getAsLong(),
        message.getStopList(),
        message.getIgnoreEos());
  }
}
