package dev.argus.cli.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.cli.allinone.AllInOne;
import dev.argus.cli.allinone.AllInOneSettings;
import dev.argus.cli.client.Answerer;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.service.wire.StreamLimits;
import dev.argus.testdata.Golden;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.GenerationServiceGrpc;
import dev.argus.v1.Sampling;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Answers that nobody waits for any longer give back what they hold at once. */
final class EndingEarlyTest {
  private static final String MODEL = "tiny-idefics3";
  private static final String SLOTS_IN_USE = "argus.decoder.slots.used";
  private static final Duration AT_ONCE = Duration.ofSeconds(2);
  private static final Duration STALL_LIMIT = Duration.ofSeconds(1);
  private static final int CONTEXT = 8192;

  private static final InMemoryMetricReader METRICS = InMemoryMetricReader.create();
  private static AllInOne system;

  @BeforeAll
  static void start() {
    OpenTelemetrySdk openTelemetry =
        OpenTelemetrySdk.builder()
            .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(METRICS).build())
            .build();
    AllInOneSettings settings =
        AllInOneSettings.defaults(Map.of(MODEL, Golden.path(MODEL)))
            .withDecoder(decoder -> decoder.withSlotCapacity(CONTEXT))
            .withGateway(gateway -> gateway.withStreams(new StreamLimits(4, STALL_LIMIT)));
    system = AllInOne.start(settings, Telemetry.of(openTelemetry), BuildProgress.SILENT);
  }

  @AfterAll
  static void stop() {
    system.close();
  }

  @Test
  void cancellingInMidStreamFreesTheSlot() {
    Answerer answerer = new Answerer(system.gateway());
    AtomicInteger events = new AtomicInteger();

    StatusRuntimeException ended =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                answerer.answer(
                    endless(),
                    event -> {
                      if (events.incrementAndGet() == 3) {
                        assertThat(slotsInUse()).isEqualTo(1);
                        answerer.cancel();
                      }
                    }));

    assertThat(ended.getStatus().getCode()).isEqualTo(Code.CANCELLED);
    await().atMost(AT_ONCE).until(() -> slotsInUse() == 0);
  }

  @Test
  void aDeadlineThatPassesEndsTheAnswerEverywhere() {
    AtomicInteger events = new AtomicInteger();

    StatusRuntimeException ended =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                GenerationServiceGrpc.newBlockingStub(system.gateway())
                    .withDeadlineAfter(1500, TimeUnit.MILLISECONDS)
                    .generate(endless())
                    .forEachRemaining(event -> events.incrementAndGet()));

    assertThat(ended.getStatus().getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
    assertThat(events).hasPositiveValue();
    await().atMost(AT_ONCE).until(() -> slotsInUse() == 0);
  }

  @Test
  void aReaderThatStopsIsGivenUp() throws InterruptedException {
    StoppedReader reader = StoppedReader.ask(endless(), system.gateway());

    await().atMost(AT_ONCE).until(() -> slotsInUse() == 1);
    await().atMost(STALL_LIMIT.plus(AT_ONCE)).until(() -> slotsInUse() == 0);
    assertThat(reader.readToTheEnd(AT_ONCE)).isEqualTo(Code.CANCELLED);
  }

  /** A request that takes far longer than any test waits. */
  private static GenerateRequest endless() {
    return GoldenCase.of(MODEL, "C_text_only").request().toBuilder()
        .setSampling(Sampling.newBuilder().setMaxTokens(8000).setIgnoreEos(true))
        .build();
  }

  private static long slotsInUse() {
    return METRICS.collectAllMetrics().stream()
        .filter(metric -> metric.getName().equals(SLOTS_IN_USE))
        .flatMap(EndingEarlyTest::points)
        .mapToLong(LongPointData::getValue)
        .sum();
  }

  private static Stream<LongPointData> points(MetricData metric) {
    return switch (metric.getType()) {
      case LONG_GAUGE -> metric.getLongGaugeData().getPoints().stream();
      case LONG_SUM -> metric.getLongSumData().getPoints().stream();
      default -> throw new AssertionError(SLOTS_IN_USE + " is a " + metric.getType());
    };
  }
}
