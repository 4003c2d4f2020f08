package dev.argus.helm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The alerts that the chart brings. */
class AlertsTest {
  private static final Path PROMTOOL = Path.of("/usr/bin/promtool");
  private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");
  private static final Pattern RUNBOOK = Pattern.compile("runbook: docs/runbooks.md#(\\w+)");

  @Test
  void eachHasItsPageInTheRunbooks() throws IOException {
    String rules = Files.readString(Chart.file("alerts.yaml"));
    String runbooks = Files.readString(Chart.file("../../docs/runbooks.md"));

    List<String> alerts = all(ALERT, rules);
    assertThat(alerts)
        .isNotEmpty()
        .allSatisfy(alert -> assertThat(runbooks).contains("## " + alert));
    assertThat(all(RUNBOOK, rules))
        .isEqualTo(alerts.stream().map(alert -> alert.toLowerCase(Locale.ROOT)).toList());
  }

  /** Where Prometheus is installed, which continuous integration sees to. */
  @Test
  void eachFiresWhenItShouldAndNotBefore() throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(PROMTOOL), "no promtool");
    Path tests = Chart.file("../src/test/prometheus/alerts-test.yaml").toRealPath();
    Process promtool =
        new ProcessBuilder(PROMTOOL.toString(), "test", "rules", tests.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(promtool.getInputStream().readAllBytes(), UTF_8);

    assertThat(promtool.waitFor()).as(output).isZero();
    String covered = Files.readString(tests);
    assertThat(all(ALERT, Files.readString(Chart.file("alerts.yaml"))))
        .allSatisfy(alert -> assertThat(covered).contains("alertname: " + alert));
  }

  private static List<String> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult found) -> found.group(1)).toList();
  }
}
