package dev.argus.bench.measure;

import dev.argus.decoder.DecoderSettings;
import dev.argus.decoder.core.SchedulerLimits;
import dev.argus.encoder.EncoderSettings;
import dev.argus.gateway.GatewaySettings;
import dev.argus.service.wire.StreamLimits;
import java.time.Duration;

/**
 * Settings by which no stage gives up on a slow one: with large models on a small machine, stage
 * after stage, one waits for minutes for the one before it, which a server must not.
 */
public final class Patience {
  /** How long anything may take. */
  public static final Duration LIMIT = Duration.ofMinutes(10);

  private static final StreamLimits STREAMS =
      new StreamLimits(StreamLimits.defaults().prefetch(), LIMIT);

  private Patience() {}

  /** The same, but patient. */
  public static EncoderSettings of(EncoderSettings settings) {
    return settings.withStreams(STREAMS);
  }

  /** The same, but patient. */
  public static DecoderSettings of(DecoderSettings settings) {
    SchedulerLimits limits = settings.limits();
    return settings.withLimits(
        new SchedulerLimits(
            limits.prefillChunk(),
            limits.stepTokens(),
            limits.queueLimit(),
            limits.undeliveredLimit(),
            LIMIT,
            LIMIT,
            LIMIT,
            limits.prefixCache()));
  }

  /** The same, but patient. */
  public static GatewaySettings of(GatewaySettings settings) {
    return settings.withTimeouts(LIMIT, LIMIT).withStreams(STREAMS);
  }
}
