package dev.argus.cli.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A real Prometheus that scrapes one process each second. */
final class PrometheusServer implements AutoCloseable {
  static final Path PROGRAM = Path.of("/usr/bin/prometheus");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final URI address;
  private final HttpClient client = HttpClient.newHttpClient();

  private PrometheusServer(Process process, URI address) {
    this.process = process;
    this.address = address;
  }

  /**
   * Starts it.
   *
   * @param folder for its files
   * @param port the scraped process's
   * @param rules a file of rules
   */
  static PrometheusServer start(Path folder, int port, Path rules) throws IOException {
    Path configuration = folder.resolve("prometheus.yml");
    Files.writeString(
        configuration,
        """
        global: {scrape_interval: 1s, evaluation_interval: 1s}
        rule_files: ['%s']
        scrape_configs:
          - job_name: argus
            static_configs: [{targets: ['localhost:%d']}]
        """
            .formatted(rules, port));
    int own = FreePort.find();
    Process process =
        new ProcessBuilder(
                PROGRAM.toString(),
                "--config.file=" + configuration,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=localhost:" + own)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("prometheus.log").toFile())
            .start();
    return new PrometheusServer(process, URI.create("http://localhost:" + own));
  }

  URI address() {
    return address;
  }

  /**
   * What an expression gives now.
   *
   * @return the API's {@code data}
   * @throws IOException if it cannot be reached, or the expression is wrong
   */
  JsonNode query(String expression) throws IOException, InterruptedException {
    return get("/api/v1/query?query=" + URLEncoder.encode(expression, UTF_8));
  }

  /** What it has read as rules. */
  JsonNode rules() throws IOException, InterruptedException {
    return get("/api/v1/rules");
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(address + path)).build();
    JsonNode answer = JSON.readTree(client.send(request, BodyHandlers.ofString()).body());
    if (!answer.path("status").asText().equals("success")) {
      throw new IOException(path + ": " + answer.path("error").asText());
    }
    return answer.path("data");
  }

  @Override
  public void close() {
    client.close();
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
