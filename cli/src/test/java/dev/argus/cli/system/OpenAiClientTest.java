package dev.argus.cli.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.argus.testdata.Golden;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * OpenAI's official client for JavaScript, unmodified, against {@code argus serve}. Where its
 * package is installed ({@code npm ci} in {@code cli/src/test/openai-client}), which continuous
 * integration sees to.
 */
@Timeout(120)
final class OpenAiClientTest {
  private static final Path FOLDER = Golden.repository().resolve("cli/src/test/openai-client");
  private static final Path MODEL = Golden.repository().resolve("models/argus-tiny");
  private static final String ENDLESS = "tiny-idefics3";

  private static final List<String> CHECKS =
      List.of(
          "models",
          "whole",
          "image",
          "streaming",
          "usage",
          "logprobs",
          "stop_and_seed",
          "json_schema",
          "error",
          "abort");

  @Test
  void itsChecksHold() throws Exception {
    assumeTrue(Files.isDirectory(FOLDER.resolve("node_modules/openai")), "npm ci was not run");
    int metricsPort = FreePort.find();
    Map<String, String> metrics =
        Map.of(
            "OTEL_METRICS_EXPORTER", "prometheus",
            "OTEL_EXPORTER_PROMETHEUS_HOST", "localhost",
            "OTEL_EXPORTER_PROMETHEUS_PORT", Integer.toString(metricsPort));
    try (ServerProcess server =
        ServerProcess.start(
            metrics,
            "--model=argus-tiny=" + MODEL,
            "--model=" + ENDLESS + "=" + Golden.path(ENDLESS))) {
      String output = check(server.http(), "http://localhost:" + metricsPort + "/metrics");
      assertThat(output.lines())
          .containsExactlyElementsOf(CHECKS.stream().map(check -> "ok " + check).toList());
    }
  }

  private static String check(URI http, String metrics) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("node", "client.mjs"));
    command.addAll(CHECKS);
    ProcessBuilder client =
        new ProcessBuilder(command).directory(FOLDER.toFile()).redirectErrorStream(true);
    client
        .environment()
        .putAll(
            Map.of(
                "BASE_URL",
                http + "/v1",
                "METRICS_URL",
                metrics,
                "MODEL",
                "argus-tiny",
                "ENDLESS_MODEL",
                ENDLESS,
                "PICTURE",
                MODEL.resolve("samples/one-shape.png").toString()));
    Process process = client.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }
}
