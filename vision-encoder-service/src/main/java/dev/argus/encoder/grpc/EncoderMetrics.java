package dev.argus.encoder.grpc;

import dev.argus.encoder.core.EncoderQueue;
import dev.argus.encoder.core.FeatureCache;
import dev.argus.encoder.core.ServedModel;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleGaugeBuilder;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableLongCounter;
import io.opentelemetry.api.metrics.ObservableLongGauge;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the encoder measures beside its runs ({@link MeasuredTower}), by model: streams with tiles
 * that wait or are being encoded (what to scale on), tiles waiting, and tiles that were answered
 * from the feature cache (hits) or had to be encoded (misses). Of the cache itself: its bytes, and
 * what it dropped. Thread-safe.
 */
public final class EncoderMetrics implements AutoCloseable {
  private static final AttributeKey<String> MODEL = AttributeKey.stringKey("argus.model");
  private static final String CACHE = "argus.encoder.feature_cache.";

  private final ObservableLongGauge load;
  private final ObservableLongGauge queued;
  private final LongCounter hits;
  private final LongCounter misses;
  private @Nullable ObservableLongGauge cacheBytes;
  private @Nullable ObservableLongCounter cacheEvictions;

  /**
   * Begins to observe the models' queues, and their cache if there is one.
   *
   * @param cache of the models' features
   */
  public EncoderMetrics(Meter meter, Collection<ServedModel> models, Optional<FeatureCache> cache) {
    List<ServedModel> observed = List.copyOf(models);
    this.load =
        gauge(
            meter
                .gaugeBuilder("argus.encoder.load")
                .setDescription("Requests with tiles that wait or are being encoded")
                .setUnit("{request}"),
            observed,
            EncoderQueue::load);
    this.queued =
        gauge(
            meter
                .gaugeBuilder("argus.encoder.queued_tiles")
                .setDescription("Tiles that wait for their turn")
                .setUnit("{tile}"),
            observed,
            EncoderQueue::queuedTiles);
    this.hits =
        meter
            .counterBuilder(CACHE + "hits")
            .setDescription("Tiles that need not be encoded: another one with the same pixels was")
            .setUnit("{tile}")
            .build();
    this.misses =
        meter
            .counterBuilder(CACHE + "misses")
            .setDescription("Tiles that were encoded")
            .setUnit("{tile}")
            .build();
    for (ServedModel model : observed) { // So that they are shown before the first.
      hits.add(0, attributes(model.name()));
      misses.add(0, attributes(model.name()));
    }
    cache.ifPresent(features -> observe(meter, features));
  }

  private void observe(Meter meter, FeatureCache cache) {
    cacheBytes =
        meter
            .gaugeBuilder(CACHE + "bytes")
            .setDescription("Features that are kept")
            .setUnit("By")
            .ofLongs()
            .buildWithCallback(gauge -> gauge.record(cache.bytes()));
    cacheEvictions =
        meter
            .counterBuilder(CACHE + "evictions")
            .setDescription("Tiles whose features were dropped to make room")
            .setUnit("{tile}")
            .buildWithCallback(counter -> counter.record(cache.evictions()));
  }

  void cacheHit(String model) {
    hits.add(1, attributes(model));
  }

  void cacheMissed(String model) {
    misses.add(1, attributes(model));
  }

  private static ObservableLongGauge gauge(
      DoubleGaugeBuilder builder, List<ServedModel> models, ToIntFunction<EncoderQueue> value) {
    return builder
        .ofLongs()
        .buildWithCallback(gauge ->
            models.forEach(
                model -> gauge.record(value.applyAsInt(model.queue()), attributes(model.name()))));
  }

  static Attributes attributes(String model) {
    return Attributes.of(MODEL, model);
  }

  /** Stops observing. */
  @Override
  public void close() {
    load.close();
    queued.close();
    if (cacheBytes != null) {
      cacheBytes.close();
    }
    if (cacheEvictions != null) {
      cacheEvictions.close();
    }
  }
}
