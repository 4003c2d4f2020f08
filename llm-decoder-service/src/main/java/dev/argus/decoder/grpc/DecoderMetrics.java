package dev.argus.decoder.grpc;

import dev.argus.decoder.core.SchedulerObserver;
import dev.argus.decoder.core.SequenceState;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongGauge;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import java.util.List;

/**
 * One model's metrics, named {@code argus.decoder.*}, each with the attribute {@code argus.model}.
 *
 * <p>{@code slots.used} and {@code queue.depth} (what to scale on) after each iteration; {@code
 * tokens} generated and {@code prompt.tokens} read; {@code prefix.queries} and {@code prefix.hits},
 * the tokens of all prompts and those of them that did not have to be read; {@code step.duration}
 * (s) and {@code batch.size} of the iterations in which the model ran; {@code first_token.duration}
 * (s) from submission to the first token.
 */
public final class DecoderMetrics implements SchedulerObserver {
  private static final String PREFIX = "argus.decoder.";
  private static final double NANOS_PER_SECOND = 1e9;

  /** Fine enough for tokens a millisecond apart. */
  private static final List<Double> BUCKETS_SECONDS =
      List.of(
          0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1,
          0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0);

  private static final List<Long> BUCKETS_ROWS = List.of(0L, 1L, 2L, 4L, 8L, 16L, 32L, 64L);

  private final Attributes model;
  private final LongGauge slotsUsed;
  private final LongGauge queueDepth;
  private final LongCounter tokens;
  private final LongCounter promptTokens;
  private final LongCounter prefixQueries;
  private final LongCounter prefixHits;
  private final LongHistogram batchSize;
  private final DoubleHistogram stepDuration;
  private final DoubleHistogram firstToken;

  /**
   * @param model the model's name
   */
  public DecoderMetrics(Meter meter, String model) {
    this.model = Attributes.builder().put("argus.model", model).build();
    slotsUsed = meter.gaugeBuilder(PREFIX + "slots.used").ofLongs().setUnit("{slot}").build();
    queueDepth = meter.gaugeBuilder(PREFIX + "queue.depth").ofLongs().setUnit("{request}").build();
    tokens = meter.counterBuilder(PREFIX + "tokens").setUnit("{token}").build();
    promptTokens = meter.counterBuilder(PREFIX + "prompt.tokens").setUnit("{token}").build();
    prefixQueries = meter.counterBuilder(PREFIX + "prefix.queries").setUnit("{token}").build();
    prefixHits = meter.counterBuilder(PREFIX + "prefix.hits").setUnit("{token}").build();
    batchSize =
        meter
            .histogramBuilder(PREFIX + "batch.size")
            .ofLongs()
            .setUnit("{request}")
            .setExplicitBucketBoundariesAdvice(BUCKETS_ROWS)
            .build();
    stepDuration = seconds(meter, "step.duration");
    firstToken = seconds(meter, "first_token.duration");
  }

  @Override
  public void occupied(int used, int waiting) {
    slotsUsed.set(used, model);
    queueDepth.set(waiting, model);
  }

  @Override
  public void stepped(Step step) {
    tokens.add(step.generatedTokens(), model);
    promptTokens.add(step.prefillTokens(), model);
    batchSize.record(step.decodeRows(), model);
    stepDuration.record(step.nanos() / NANOS_PER_SECOND, model);
  }

  @Override
  public void moved(SequenceState.Transition transition) {
    // What matters of the states is in the other metrics.
  }

  @Override
  public void promptRead(int promptLength, int reusedTokens) {
    prefixQueries.add(promptLength, model);
    prefixHits.add(reusedTokens, model);
  }

  @Override
  public void firstToken(long nanosSinceSubmission) {
    firstToken.record(nanosSinceSubmission / NANOS_PER_SECOND, model);
  }

  private static DoubleHistogram seconds(Meter meter, String name) {
    return meter
        .histogramBuilder(PREFIX + name)
        .setUnit("s")
        .setExplicitBucketBoundariesAdvice(BUCKETS_SECONDS)
        .build();
  }
}
