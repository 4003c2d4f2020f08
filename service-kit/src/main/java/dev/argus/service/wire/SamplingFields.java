package dev.argus.service.wire;

import dev.argus.base.failure.InvalidInput;
import dev.argus.base.sampling.Penalties;
import dev.argus.base.sampling.Sampling;
import dev.argus.base.sampling.Stopping;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * {@code argus.v1.Sampling} as the wire has it: what is unset has its default, what is out of its
 * range is refused.
 */
public final class SamplingFields {
  private SamplingFields() {}

  /**
   * Reads a message.
   *
   * @param seeds where the seed comes from when none is given
   * @throws InvalidInput naming the first field out of its range
   */
  public static Sampling fromProto(dev.argus.v1.Sampling message, LongSupplier seeds) {
    return new Sampling(
        message.getTemperature(),
        message.hasTopP() ? message.getTopP() : 1,
        message.getTopK(),
        message.getMinP(),
        penalties(message),
        message.getLogitBiasMap(),
        message.hasSeed() ? message.getSeed() : seeds.getAsLong(),
        message.hasLogprobs() ? OptionalInt.of(message.getLogprobs()) : OptionalInt.empty(),
        stopping(message));
  }

  /**
   * Refuses what {@link #fromProto} would, for whoever passes the message on.
   *
   * @throws InvalidInput naming the first field out of its range
   */
  public static void check(dev.argus.v1.Sampling message) {
    fromProto(message, () -> 0);
  }

  private static Penalties penalties(dev.argus.v1.Sampling message) {
    return new Penalties(
        message.hasRepetitionPenalty() ? message.getRepetitionPenalty() : 1,
        message.getPresencePenalty(),
        message.getFrequencyPenalty());
  }

  private static Stopping stopping(dev.argus.v1.Sampling message) {
    return new Stopping(
        message.hasMaxTokens() ? OptionalInt.of(message.getMaxTokens()) : OptionalInt.empty(),
        message.getMinTokens(),
        message.getStopList(),
        message.getIncludeStopStrInOutput(),
        Set.copyOf(message.getStopTokenIdsList()),
        message.getIgnoreEos());
  }
}
