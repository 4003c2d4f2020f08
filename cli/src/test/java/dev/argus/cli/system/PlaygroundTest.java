package dev.argus.cli.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.argus.testdata.Golden;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The page at {@code /}, used in a headless Chromium. Where that and Playwright ({@code npm ci} in
 * {@code cli/src/test/browser}) are installed, which continuous integration sees to.
 */
@Timeout(180)
final class PlaygroundTest {
  private static final Path FOLDER = Golden.repository().resolve("cli/src/test/browser");
  private static final Path MODEL = Golden.repository().resolve("models/argus-tiny");

  @Test
  void worksInABrowser() throws Exception {
    Optional<Path> chromium = chromium();
    assumeTrue(
        chromium.isPresent() && Files.isDirectory(FOLDER.resolve("node_modules/playwright-core")),
        "no Chromium, or npm ci was not run");
    try (ServerProcess server = ServerProcess.start(Map.of(), "--model=argus-tiny=" + MODEL)) {
      ProcessBuilder browser =
          new ProcessBuilder("node", "page.mjs")
              .directory(FOLDER.toFile())
              .redirectErrorStream(true);
      browser
          .environment()
          .putAll(
              Map.of(
                  "URL", server.http().toString(),
                  "CHROMIUM", chromium.orElseThrow().toString(),
                  "PICTURE", MODEL.resolve("samples/four-shapes.png").toString()));
      Process process = browser.start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
      assertThat(output.lines()).hasSize(10).allMatch(line -> line.startsWith("ok "));
    }
  }

  private static Optional<Path> chromium() {
    return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst();
  }
}
