package dev.argus.bench.soak;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import java.util.Optional;

/** Reads the present values of a process's own gauges. Thread-safe. */
final class GaugeReader implements MetricReader {
  private volatile CollectionRegistration registration = CollectionRegistration.noop();

  /** The sum over all models; empty before the gauge was set for the first time. */
  Optional<Long> gauge(String name) {
    return registration.collectAllMetrics().stream()
        .filter(metric -> metric.getName().equals(name))
        .map(GaugeReader::sum)
        .findAny();
  }

  private static long sum(MetricData metric) {
    return metric.getLongGaugeData().getPoints().stream()
        .mapToLong(point -> point.getValue())
        .sum();
  }

  @Override
  public void register(CollectionRegistration newRegistration) {
    registration = newRegistration;
  }

  @Override
  public AggregationTemporality getAggregationTemporality(InstrumentType instrumentType) {
    return AggregationTemporality.CUMULATIVE;
  }

  @Override
  public CompletableResultCode forceFlush() {
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode shutdown() {
    return CompletableResultCode.ofSuccess();
  }
}
