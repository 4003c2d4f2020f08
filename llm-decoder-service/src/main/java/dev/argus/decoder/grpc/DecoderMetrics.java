package dev.argus.decoder.grpc;

import dev.argus.decoder.core.SchedulerObserver;
import dev.argus.decoder.core.SequenceState;
import dev.argus.decoder.core.grammar.Format;
import dev.argus.decoder.core.grammar.GrammarObserver;
import dev.argus.service.telemetry.Buckets;
import dev.argus.service.telemetry.VllmNames;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleGauge;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongGauge;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import java.util.List;

/**
 * One model's metrics, named {@code argus.decoder.*}, each with the attribute {@code argus.model};
 * docs/metrics.md says what each means. Recorded on the scheduler's thread, but for forms of
 * answers, which callers' threads compile.
 */
public final class DecoderMetrics implements SchedulerObserver, GrammarObserver {
  private static final String PREFIX = "argus.decoder.";
  private static final double NANOS_PER_SECOND = 1e9;

  private final Attributes model;
  private final LongGauge load;
  private final LongGauge slotsUsed;
  private final LongGauge queueDepth;
  private final LongGauge queueTokens;
  private final DoubleGauge kvUsage;
  private final LongCounter tokens;
  private final LongCounter promptTokens;
  private final LongCounter prefixQueries;
  private final LongCounter prefixHits;
  private final LongHistogram batchSize;
  private final LongHistogram stepTokens;
  private final DoubleHistogram stepDuration;
  private final DoubleHistogram queueDuration;
  private final DoubleHistogram firstToken;
  private final DoubleHistogram tokenInterval;
  private final LongCounter forms;
  private final DoubleHistogram compileDuration;
  private final DoubleHistogram maskDuration;

  /**
   * @param model the model's name
   */
  public DecoderMetrics(Meter meter, String model) {
    this.model = VllmNames.model(model).toBuilder().put("argus.model", model).build();
    load =
        gauge(
            meter,
            "load",
            "{request}",
            "Requests that wait for a slot, are being read or generate");
    slotsUsed = gauge(meter, "slots.used", "{slot}", "Slots that sequences hold");
    queueDepth = gauge(meter, "queue.depth", "{request}", "Requests that wait for a slot");
    queueTokens = gauge(meter, "queue.tokens", "{token}", "Prompt tokens of those requests");
    kvUsage =
        meter
            .gaugeBuilder(PREFIX + "kv.usage")
            .setDescription("Part of the KV cache's positions that sequences have filled")
            .build();
    tokens = counter(meter, "tokens", "Tokens generated");
    promptTokens = counter(meter, "prompt.tokens", "Prompt tokens that the model read");
    prefixQueries = counter(meter, "prefix.queries", "Tokens of all prompts");
    prefixHits = counter(meter, "prefix.hits", "Those of them that slots held already");
    batchSize =
        histogram(meter, "batch.size", "{request}", Buckets.ROWS, "Sequences in a decode step");
    stepTokens =
        histogram(
            meter,
            "step.tokens",
            "{token}",
            Buckets.STEP_TOKENS,
            "Tokens read and generated in an iteration");
    stepDuration = seconds(meter, "step.duration", "How long an iteration takes");
    queueDuration = seconds(meter, "queue.duration", "From a request's arrival to its slot");
    firstToken =
        seconds(meter, "first_token.duration", "From a request's arrival to its first token");
    tokenInterval = seconds(meter, "token.interval", "From one token of an answer to the next");
    forms =
        meter
            .counterBuilder(PREFIX + "forms")
            .setDescription("Answers that were asked for in a form")
            .setUnit("{request}")
            .build();
    compileDuration =
        seconds(meter, "form.compile.duration", "How long the compiling of a form takes");
    maskDuration =
        seconds(meter, "form.mask.duration", "How long it takes to rule out tokens, for a token");
  }

  @Override
  public void occupied(int used, int waiting) {
    slotsUsed.set(used, model);
    queueDepth.set(waiting, model);
  }

  @Override
  public void loaded(Load load) {
    queueTokens.set(load.queuedTokens(), model);
    kvUsage.set((double) load.usedPositions() / load.positions(), model);
  }

  @Override
  public void burdened(int sequences) {
    load.set(sequences, model);
  }

  @Override
  public void stepped(Step step) {
    tokens.add(step.generatedTokens(), model);
    promptTokens.add(step.prefillTokens(), model);
    batchSize.record(step.decodeRows(), model);
    stepTokens.record(step.prefillTokens() + step.generatedTokens(), model);
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
  public void granted(long nanosSinceSubmission) {
    queueDuration.record(nanosSinceSubmission / NANOS_PER_SECOND, model);
  }

  @Override
  public void firstToken(long nanosSinceSubmission) {
    firstToken.record(nanosSinceSubmission / NANOS_PER_SECOND, model);
  }

  @Override
  public void generated(long nanos) {
    tokenInterval.record(nanos / NANOS_PER_SECOND, model);
  }

  @Override
  public void compiled(Format format, long nanos) {
    forms.add(1, form(format, false));
    compileDuration.record(nanos / NANOS_PER_SECOND, model);
  }

  @Override
  public void reused(Format format) {
    forms.add(1, form(format, true));
  }

  @Override
  public void masked(long nanos) {
    maskDuration.record(nanos / NANOS_PER_SECOND, model);
  }

  private Attributes form(Format format, boolean kept) {
    return model.toBuilder().put("kind", format.kind()).put("kept", kept).build();
  }

  private static LongGauge gauge(Meter meter, String name, String unit, String description) {
    return meter
        .gaugeBuilder(PREFIX + name)
        .setDescription(description)
        .ofLongs()
        .setUnit(unit)
        .build();
  }

  private static LongCounter counter(Meter meter, String name, String description) {
    return meter
        .counterBuilder(PREFIX + name)
        .setDescription(description)
        .setUnit("{token}")
        .build();
  }

  private static LongHistogram histogram(
      Meter meter, String name, String unit, List<Long> buckets, String description) {
    return meter
        .histogramBuilder(PREFIX + name)
        .setDescription(description)
        .ofLongs()
        .setUnit(unit)
        .setExplicitBucketBoundariesAdvice(buckets)
        .build();
  }

  private static DoubleHistogram seconds(Meter meter, String name, String description) {
    return meter
        .histogramBuilder(PREFIX + name)
        .setDescription(description)
        .setUnit("s")
        .setExplicitBucketBoundariesAdvice(Buckets.SECONDS)
        .build();
  }
}
