package dev.argus.decoder.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import org.junit.jupiter.api.Test;

class DecoderMetricsTest {
  @Test
  void theLoadIsOfTheModelAndTheLatest() {
    InMemoryMetricReader reader = InMemoryMetricReader.create();
    try (SdkMeterProvider provider =
        SdkMeterProvider.builder().registerMetricReader(reader).build()) {
      DecoderMetrics metrics = new DecoderMetrics(provider.get("test"), "tiny");
      metrics.burdened(3);
      metrics.burdened(2);

      assertThat(reader.collectAllMetrics())
          .filteredOn(metric -> "argus.decoder.load".equals(metric.getName()))
          .singleElement()
          .returns("{request}", metric -> metric.getUnit())
          .satisfies(metric ->
              assertThat(metric.getLongGaugeData().getPoints())
                  .singleElement()
                  .returns(2L, point -> point.getValue())
                  .returns(
                      "tiny",
                      point -> point.getAttributes().get(AttributeKey.stringKey("argus.model"))));
    }
  }
}
