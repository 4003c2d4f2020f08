package dev.argus.preprocess.grpc;

import dev.argus.base.timeline.Activity;
import dev.argus.preprocess.core.Preprocessor;
import dev.argus.service.telemetry.ActivitySpans;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableLongGauge;
import java.util.List;

/**
 * The service's metrics, named {@code argus.preprocess.*}. Thread-safe.
 *
 * <p>{@code activity.duration} (s, by activity), {@code images} and {@code tiles} (counted when
 * they are decoded and cut), {@code requests.active}, {@code load} (pieces of work that wait for a
 * thread or have one; what to scale on), {@code work.waiting} (those without a thread) and {@code
 * pixels.memory} (By).
 */
public final class PreprocessMetrics implements AutoCloseable {
  private static final String PREFIX = "argus.preprocess.";
  private static final AttributeKey<String> ACTIVITY = AttributeKey.stringKey("activity");
  private static final List<Double> BUCKETS_SECONDS =
      List.of(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0);

  private final DoubleHistogram durations;
  private final LongCounter images;
  private final LongCounter tiles;
  private final List<ObservableLongGauge> gauges;

  /** Begins to watch the preprocessor, until closed. */
  public PreprocessMetrics(Meter meter, Preprocessor preprocessor) {
    durations =
        meter
            .histogramBuilder(PREFIX + "activity.duration")
            .setUnit("s")
            .setExplicitBucketBoundariesAdvice(BUCKETS_SECONDS)
            .build();
    images = meter.counterBuilder(PREFIX + "images").setUnit("{image}").build();
    tiles = meter.counterBuilder(PREFIX + "tiles").setUnit("{tile}").build();
    gauges =
        List.of(
            meter
                .gaugeBuilder(PREFIX + "requests.active")
                .ofLongs()
                .setUnit("{request}")
                .buildWithCallback(gauge -> gauge.record(preprocessor.requestsInProgress())),
            meter
                .gaugeBuilder(PREFIX + "load")
                .setDescription("Pieces of work that wait for a thread or have one")
                .ofLongs()
                .setUnit("{piece}")
                .buildWithCallback(gauge -> gauge.record(preprocessor.load())),
            meter
                .gaugeBuilder(PREFIX + "work.waiting")
                .ofLongs()
                .setUnit("{piece}")
                .buildWithCallback(gauge -> gauge.record(preprocessor.waitingWork())),
            meter
                .gaugeBuilder(PREFIX + "pixels.memory")
                .ofLongs()
                .setUnit("By")
                .buildWithCallback(gauge -> gauge.record(preprocessor.pixelBytesInUse())));
  }

  /** Counts what a request did, when it is over. */
  void record(List<Activity> activities) {
    for (Activity activity : activities) {
      durations.record(
          activity.durationNanos() / 1e9,
          Attributes.of(ACTIVITY, ActivitySpans.name(activity.kind())));
      switch (activity.kind()) {
        case DECODE_IMAGE -> images.add(activity.items());
        case RESIZE -> tiles.add(activity.items());
        case QUEUE, TOKENIZE, ENCODE, WAIT_VISUAL, PREFILL, DECODE, WAIT_READER, FETCH -> {
          // Their durations are all there is to count.
        }
      }
    }
  }

  @Override
  public void close() {
    gauges.forEach(ObservableLongGauge::close);
  }
}
