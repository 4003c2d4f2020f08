package dev.argus.cli.system;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.testdata.Golden;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Four processes on loopback ports are the same server as one process. */
final class FourProcessesTest {
  private static final String MODEL = "tiny-idefics3";
  private static final Duration SPANS_LIMIT = Duration.ofSeconds(20);

  @Test
  void answerAsOneProcessDoesAndLeaveOneUnbrokenTrace() throws IOException {
    GoldenCase golden = GoldenCase.of(MODEL, "A_tiled");
    String model = MODEL + "=" + Golden.path(MODEL);
    try (OtlpCollector collector = OtlpCollector.start()) {
      Map<String, String> tracing =
          Map.of(
              "OTEL_TRACES_EXPORTER", "otlp",
              "OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint(),
              "OTEL_METRICS_EXPORTER", "none",
              "OTEL_BSP_SCHEDULE_DELAY", "100");
      try (ServerProcess preprocess = stage(tracing, "preprocess", model);
          ServerProcess encoder = stage(tracing, "encoder", model);
          ServerProcess decoder = stage(tracing, "decoder", model);
          ServerProcess gateway =
              ServerProcess.start(
                  tracing,
                  "--stage=gateway",
                  "--model=" + MODEL,
                  "--preprocess=" + preprocess.address(),
                  "--encoder=" + encoder.address(),
                  "--decoder=" + decoder.address())) {
        ManagedChannel channel =
            Grpc.newChannelBuilder(gateway.address(), InsecureChannelCredentials.create()).build();
        try {
          WholeAnswer answer = WholeAnswer.to(golden.request(), channel);

          assertThat(answer.ids()).isEqualTo(golden.expected());
          checkTrace(answer.completion().getAnatomy().getTraceId(), collector);
        } finally {
          channel.shutdownNow();
        }
      }
    }
  }

  private static ServerProcess stage(Map<String, String> environment, String stage, String model)
      throws IOException {
    return ServerProcess.start(environment, "--stage=" + stage, "--model=" + model);
  }

  private static void checkTrace(String traceId, OtlpCollector collector) {
    Set<String> stages =
        Set.of("argus-gateway", "argus-preprocess", "argus-encoder", "argus-decoder");
    assertThat(traceId).matches("[0-9a-f]{32}");
    await()
        .atMost(SPANS_LIMIT)
        .untilAsserted(() -> {
          List<CollectedSpan> spans = of(traceId, collector);
          assertThat(services(spans)).isEqualTo(stages);
          assertThat(orphans(spans)).isEmpty();
          assertThat(spans).anyMatch(CollectedSpan::isRoot);
        });

    List<CollectedSpan> spans = of(traceId, collector);
    List<CollectedSpan> roots = spans.stream().filter(CollectedSpan::isRoot).toList();
    assertThat(roots).singleElement().returns("argus-gateway", CollectedSpan::service);
    System.out.println("Trace " + traceId);
    System.out.print(CollectedSpan.tree(roots.getFirst(), spans));
  }

  private static List<CollectedSpan> of(String traceId, OtlpCollector collector) {
    return collector.spans().stream().filter(span -> span.traceId().equals(traceId)).toList();
  }

  private static Set<String> services(List<CollectedSpan> spans) {
    return spans.stream().map(CollectedSpan::service).collect(toSet());
  }

  /** Spans whose parent was not received. */
  private static List<CollectedSpan> orphans(List<CollectedSpan> spans) {
    Set<String> ids = spans.stream().map(CollectedSpan::id).collect(toSet());
    return spans.stream().filter(span -> !span.isRoot() && !ids.contains(span.parentId())).toList();
  }
}
