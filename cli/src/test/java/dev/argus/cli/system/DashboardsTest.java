package dev.argus.cli.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each query of the Helm chart's dashboards and alerts, asked of a real Prometheus that has watched
 * a real Argus answer. Where Prometheus is installed, which continuous integration sees to. With
 * {@code DASHBOARD_PICTURES}, a folder, in the environment, the dashboards are drawn there.
 */
@Timeout(180)
final class DashboardsTest {
  private static final Path CHART = Golden.repository().resolve("helm/argus");
  private static final Path MODEL = Golden.repository().resolve("models/argus-tiny");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LONGEST = Duration.ofSeconds(90);

  @TempDir private Path folder;

  /** A query and where it is. */
  private record Query(String panel, String expression) {}

  @Test
  void everyQueryHasAnAnswer() throws Exception {
    assumeTrue(Files.isExecutable(PrometheusServer.PROGRAM), "no Prometheus");
    int metrics = FreePort.find();
    Map<String, String> environment =
        Map.of(
            "OTEL_METRICS_EXPORTER", "prometheus",
            "OTEL_EXPORTER_PROMETHEUS_HOST", "localhost",
            "OTEL_EXPORTER_PROMETHEUS_PORT", Integer.toString(metrics));
    try (ServerProcess server = ServerProcess.start(environment, "--model=argus-tiny=" + MODEL);
        PrometheusServer prometheus =
            PrometheusServer.start(folder, metrics, CHART.resolve("alerts.yaml"))) {
      List<Query> unanswered = queries();
      long end = System.nanoTime() + LONGEST.toNanos();
      while (!unanswered.isEmpty() && System.nanoTime() < end) {
        askAll(server);
        unanswered = withoutAnswer(unanswered, prometheus);
      }

      assertThat(unanswered).isEmpty();
      assertThat(prometheus.rules().at("/groups/0/rules"))
          .isNotEmpty()
          .allSatisfy(rule -> assertThat(rule.path("health").asText()).isEqualTo("ok"));
      draw(prometheus);
    }
  }

  private static List<Query> withoutAnswer(List<Query> queries, PrometheusServer prometheus)
      throws IOException, InterruptedException {
    List<Query> unanswered = new ArrayList<>();
    for (Query query : queries) {
      if (prometheus.query(query.expression()).path("result").isEmpty()) {
        unanswered.add(query);
      }
    }
    return unanswered;
  }

  /** Asks about all samples, as text and as regions. */
  private static void askAll(ServerProcess server) throws IOException, InterruptedException {
    List<String> questions = new ArrayList<>();
    try (Stream<Path> samples = Files.list(MODEL.resolve("samples"))) {
      for (Path sample : samples.sorted().toList()) {
        String picture = Base64.getEncoder().encodeToString(Files.readAllBytes(sample));
        questions.add(question(picture, "Describe this image.", ""));
        questions.add(
            question(
                picture,
                "Detect all shapes.",
                ", \"argus\": {\"response_format\": {\"type\": \"regions\"}}"));
      }
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (String question : questions) {
        var request =
            HttpRequest.newBuilder(server.http().resolve("/v1/chat/completions"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(question))
                .build();
        assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      }
    }
  }

  private static String question(String picture, String text, String more) {
    return """
    {"messages": [{"role": "user", "content": [
       {"type": "image_url", "image_url": {"url": "data:image/png;base64,%s"}},
       {"type": "text", "text": "%s"}]}]%s}
    """
        .formatted(picture, text, more);
  }

  private static List<Query> queries() throws IOException {
    List<Query> queries = new ArrayList<>();
    try (Stream<Path> files = Files.list(CHART.resolve("dashboards"))) {
      for (Path file : files.sorted().toList()) {
        JsonNode dashboard = JSON.readTree(file.toFile());
        for (JsonNode panel : dashboard.path("panels")) {
          String where = dashboard.path("title").asText() + " / " + panel.path("title").asText();
          for (JsonNode target : panel.path("targets")) {
            queries.add(new Query(where, filled(target.path("expr").asText())));
          }
        }
      }
    }
    assertThat(queries).hasSizeGreaterThan(50);
    return queries;
  }

  /** With what Grafana puts in. */
  private static String filled(String expression) {
    return expression
        .replace("$__rate_interval", "30s")
        .replace("$namespace", ".*")
        .replace("$cpu_price", "0.1")
        .replace("$gpu_price", "1.2");
  }

  private static void draw(PrometheusServer prometheus) throws Exception {
    String pictures = System.getenv("DASHBOARD_PICTURES");
    if (pictures == null) {
      return;
    }
    ProcessBuilder node =
        new ProcessBuilder("node", "dashboards.mjs")
            .directory(Golden.repository().resolve("cli/src/test/browser").toFile())
            .inheritIO();
    node.environment().put("PROMETHEUS", prometheus.address().toString());
    node.environment().put("DASHBOARDS", CHART.resolve("dashboards").toString());
    assertThat(node.start().waitFor()).isZero();
  }
}
