package dev.argus.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.testdata.Golden;
import dev.argus.v1.GenerateRequest;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/metrics.md lists what a running Argus shows to Prometheus: nothing less, nothing more. */
final class MetricsPageTest {
  private static final String MODEL = "tiny-idefics3";

  /** A row of a table, to the end of its second column. */
  private static final Pattern ROW = Pattern.compile("(?m)^\\|([^|]*)\\|([^|]*)\\|");

  private static final Pattern NAME = Pattern.compile("`([a-z0-9_:]+)`");

  /** Of calls between processes, of which there is one here. */
  private static final String BETWEEN_PROCESSES = "rpc_client_";

  private static final Pattern SHOWN = Pattern.compile("(?m)^# TYPE (\\S+) ");

  @Test
  void everyMetricIsOnThePageAndEveryNameOfThePageIsShown() throws Exception {
    int port = FreePort.find();
    Map<String, String> environment =
        Map.of(
            "OTEL_METRICS_EXPORTER", "prometheus",
            "OTEL_EXPORTER_PROMETHEUS_HOST", "localhost",
            "OTEL_EXPORTER_PROMETHEUS_PORT", Integer.toString(port));
    try (ServerProcess server =
        ServerProcess.start(environment, "--model=" + MODEL + "=" + Golden.path(MODEL))) {
      ask(server, GoldenCase.of(MODEL, "A_tiled").request());
      askOverHttp(server);
      String page = Files.readString(Golden.repository().resolve("docs/metrics.md"));
      String scraped = scrape(port);

      assertThat(names(page)).as("names on the page, and those shown").isEqualTo(shown(scraped));
      assertThat(scraped)
          .contains("vllm:request_success_total{finished_reason=\"length\",model_name=\"" + MODEL)
          .contains("vllm:inter_token_latency_seconds_bucket{model_name=\"" + MODEL)
          .doesNotContainPattern("argus_decoder_tokens_total\\{[^}]*model_name");
    }
  }

  private static void ask(ServerProcess server, GenerateRequest request) {
    ManagedChannel channel =
        Grpc.newChannelBuilder(server.address(), InsecureChannelCredentials.create()).build();
    try {
      assertThat(WholeAnswer.to(request, channel).ids()).isNotEmpty();
    } finally {
      channel.shutdownNow();
    }
  }

  private static void askOverHttp(ServerProcess server) throws IOException, InterruptedException {
    String question =
        """
        {"messages": [{"role": "user", "content": "Hi"}],
         "argus": {"response_format": {"type": "choice", "choice": ["yes", "no"]}}}
        """;
    var request =
        HttpRequest.newBuilder(server.http().resolve("/v1/chat/completions"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(question))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }
  }

  private static String scrape(int port) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      var metrics = URI.create("http://localhost:" + port + "/metrics");
      return client.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString()).body();
    }
  }

  private static Set<String> names(String page) {
    return ROW.matcher(page)
        .results()
        .flatMap(row -> Arrays.asList(row.group(1), row.group(2)).stream())
        .flatMap(cell -> NAME.matcher(cell).results())
        .map(name -> name.group(1))
        .filter(name -> !name.startsWith(BETWEEN_PROCESSES))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> shown(String scraped) {
    return SHOWN
        .matcher(scraped)
        .results()
        .map((MatchResult metric) -> metric.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
