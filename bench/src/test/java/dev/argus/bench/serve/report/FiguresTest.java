package dev.argus.bench.serve.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.argus.bench.measure.Samples;
import dev.argus.bench.serve.load.Outcome;
import dev.argus.bench.serve.load.Pace;
import dev.argus.bench.serve.load.Run;
import dev.argus.bench.serve.load.Timing;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FiguresTest {
  private static final Offset<Double> EXACTLY = within(1e-9);
  private static final Percentiles PERCENTILES = new Percentiles(List.of(90.0, 99.0));
  private static final Subject SUBJECT =
      new Subject(
          "grpc://localhost:1", "m<1>", "\"why?\"", Map.of("Seed", "1"), "a machine", "2026-01-01");

  /**
   * Five answers in 10 s. Times to first token 100, 200, 300, 400, 500 ms; two further tokens each,
   * 10 and 30 ms later; the end with the last. And one of a single token.
   */
  private static final Run RUN =
      new Run(
          new Pace.Closed(2),
          10,
          List.of(
              answer(0, 500, 510, 540),
              answer(1000, 1400, 1410, 1440),
              new Outcome.Failed("HTTP 503", "busy <now>"),
              answer(2000, 2100, 2110, 2140),
              answer(3000, 3200, 3210, 3240),
              new Outcome.Failed("HTTP 503", "busy later"),
              answer(4000, 4300, 4310, 4340),
              new Outcome.Failed("timeout", "no whole answer")),
          true);

  @Test
  void latenciesAreThoseWorkedOutByHand() {
    Figures figures = Figures.of(RUN, new Objective(Map.of()));

    Samples ttft = latency(figures, Metric.TTFT);
    assertThat(ttft.mean()).isCloseTo(300, EXACTLY);
    assertThat(ttft.median()).isCloseTo(300, EXACTLY);
    // Linear between the fourth and the fifth: 400 + 0.96 * 100, as numpy.percentile.
    assertThat(ttft.quantile(0.99)).isCloseTo(496, EXACTLY);
    assertThat(ttft.quantile(0.9)).isCloseTo(460, EXACTLY);
    assertThat(ttft.deviation()).isCloseTo(Math.sqrt(20_000), EXACTLY);
    assertThat(latency(figures, Metric.TPOT).mean()).isCloseTo(20, EXACTLY);
    assertThat(latency(figures, Metric.ITL).millis()).hasSize(10);
    assertThat(latency(figures, Metric.ITL).mean()).isCloseTo(20, EXACTLY);
    assertThat(latency(figures, Metric.ITL).quantile(1)).isCloseTo(30, EXACTLY);
    assertThat(latency(figures, Metric.E2EL).median()).isCloseTo(340, EXACTLY);
  }

  @Test
  void throughputCountsWhatWasAnsweredAlone() {
    Figures figures = Figures.of(RUN, new Objective(Map.of()));

    assertThat(figures.completed()).isEqualTo(5);
    assertThat(figures.failed()).isEqualTo(3);
    assertThat(figures.requestsPerSecond()).isCloseTo(0.5, EXACTLY);
    assertThat(figures.outputPerSecond()).isCloseTo(1.5, EXACTLY);
    assertThat(figures.tokensPerSecond()).isCloseTo(51.5, EXACTLY);
    assertThat(figures.goodput()).isEmpty();
    assertThat(figures.failures()).isEqualTo(Map.of("HTTP 503", 2L, "timeout", 1L));
    assertThat(figures.examples())
        .isEqualTo(Map.of("HTTP 503", "busy <now>", "timeout", "no whole answer"));
    assertThat(figures.stageMillis()).isEqualTo(Map.of("encode", 40.0));
  }

  @Test
  void goodputCountsAnswersThatMeetAllLimits() {
    assertThat(goodput("ttft:300")).isCloseTo(0.3, EXACTLY);
    assertThat(goodput("ttft:300", "tpot:20")).isCloseTo(0.3, EXACTLY);
    assertThat(goodput("ttft:300", "tpot:19.9")).isZero();
    assertThat(goodput("e2el:239.9")).isCloseTo(0.1, EXACTLY);
  }

  @Test
  void anAnswerOfOneTokenHasNoTimePerToken() {
    Run run = new Run(new Pace.Closed(1), 1, List.of(answer(0, 50)), true);

    Figures figures = Figures.of(run, Objective.parse(List.of("tpot:1")));

    assertThat(figures.latencies()).containsOnlyKeys(Metric.TTFT, Metric.E2EL);
    assertThat(figures.goodput()).hasValue(1);
  }

  @Test
  void isToldInTheWordsOfVllm() {
    StringWriter text = new StringWriter();
    ResultText result = new ResultText(new PrintWriter(text), PERCENTILES);

    result.print(Figures.of(RUN, Objective.parse(List.of("ttft:300"))));

    assertThat(text.toString().lines().map(String::strip))
        .contains(
            "Successful requests:                     5",
            "Failed requests:                         3",
            "Maximum request concurrency:             2",
            "Benchmark duration (s):                  10.00",
            "Total input tokens:                      500",
            "Total generated tokens:                  15",
            "Request throughput (req/s):              0.50",
            "Request goodput (req/s):                 0.30",
            "Output token throughput (tok/s):         1.50",
            "Total token throughput (tok/s):          51.50",
            "---------------Time to First Token----------------",
            "Mean TTFT (ms):                          300.00",
            "Median TTFT (ms):                        300.00",
            "P90 TTFT (ms):                           460.00",
            "P99 TTFT (ms):                           496.00",
            "-----Time per Output Token (excl. 1st token)------",
            "HTTP 503:                                2",
            "busy <now>");
    assertThat(text.toString()).doesNotContain("STOPPED EARLY");
  }

  @Test
  void anOpenLoopTellsHowLateItSent() {
    Timing late = new Timing(5_000_000, 12_000_000, List.of(30_000_000L), 31_000_000);
    Pace pace = new Pace.Open(2.50, 1, OptionalInt.of(3));
    Run run = new Run(pace, 1, List.of(new Outcome.Answered(late, 0, 1, Map.of())), true);
    StringWriter text = new StringWriter();

    new ResultText(new PrintWriter(text), PERCENTILES)
        .print(Figures.of(run, new Objective(Map.of())));

    assertThat(text.toString().lines())
        .contains(
            " Serving Benchmark Result: 2.5 a second, at most 3 at once ",
            "Sent late, at most (ms):                 7.00",
            "Mean TTFT (ms):                          25.00");
  }

  @Test
  void aRunWithoutAnAnswerIsToldToo(@TempDir Path folder) throws IOException {
    Run run =
        new Run(new Pace.Closed(4), 1, List.of(new Outcome.Failed("connection", "no")), false);
    Figures figures = Figures.of(run, new Objective(Map.of()));
    StringWriter text = new StringWriter();
    ResultText result = new ResultText(new PrintWriter(text), PERCENTILES);

    result.print(figures);
    result.printSweep(List.of(figures, figures));

    assertThat(text.toString()).contains("STOPPED EARLY", "connection:");
    assertThat(json(folder, run, figures).at("/runs/0/completed").intValue()).isZero();
    assertThat(new ReportPage(SUBJECT, List.of(figures), PERCENTILES).html())
        .contains("stopped early")
        .doesNotContain("<img");
  }

  @Test
  void jsonHasTheKeysOfVllm(@TempDir Path folder) throws IOException {
    JsonNode run =
        json(folder, RUN, Figures.of(RUN, Objective.parse(List.of("ttft:300")))).at("/runs/0");

    assertThat(run.get("completed").intValue()).isEqualTo(5);
    assertThat(run.get("failed").intValue()).isEqualTo(3);
    assertThat(run.get("max_concurrency").intValue()).isEqualTo(2);
    assertThat(run.get("request_goodput").doubleValue()).isCloseTo(0.3, EXACTLY);
    assertThat(run.get("mean_ttft_ms").doubleValue()).isCloseTo(300, EXACTLY);
    assertThat(run.get("p99_ttft_ms").doubleValue()).isCloseTo(496, EXACTLY);
    assertThat(run.get("p90_itl_ms").doubleValue()).isCloseTo(30, EXACTLY);
    assertThat(run.at("/failures/0/kind").textValue()).isEqualTo("HTTP 503");
    assertThat(run.at("/answers")).hasSize(5);
    assertThat(run.at("/answers/0/itl_ms/1").doubleValue()).isCloseTo(30, EXACTLY);
  }

  @Test
  void thePageStandsAloneAndShowsWhatWasSaidAsText() throws IOException {
    String page =
        new ReportPage(
                SUBJECT,
                List.of(
                    Figures.of(RUN, new Objective(Map.of())),
                    Figures.of(
                        new Run(new Pace.Closed(8), 1, List.of(answer(0, 7, 8)), true),
                        new Objective(Map.of()))),
                PERCENTILES)
            .html();

    assertThat(page)
        .contains("m&lt;1&gt;", "busy &lt;now&gt;", "data:image/png;base64,", "2 at once")
        .doesNotContain("<now>", "src=\"http", "href=");
    assertThat(page.split("<img", -1)).hasSize(4);
  }

  @Test
  void plotsAreDrawn(@TempDir Path folder) throws IOException {
    Path png = folder.resolve("plot.png");

    new Plots(List.of(Figures.of(RUN, new Objective(Map.of()))), PERCENTILES).write(png);

    assertThat(ImageIO.read(png.toFile()).getWidth()).isEqualTo(900);
  }

  private static double goodput(String... words) {
    return Figures.of(RUN, Objective.parse(List.of(words))).goodput().orElseThrow();
  }

  private static Samples latency(Figures figures, Metric metric) {
    return Objects.requireNonNull(figures.latencies().get(metric));
  }

  private static JsonNode json(Path folder, Run run, Figures figures) throws IOException {
    ResultJson json = new ResultJson(SUBJECT, PERCENTILES);
    json.add(run, figures);
    Path file = folder.resolve("result.json");
    json.write(file);
    return new JsonMapper().readTree(Files.readString(file));
  }

  private static Outcome.Answered answer(long intendedMillis, long... heardMillis) {
    List<Long> heard = LongStream.of(heardMillis).map(ms -> ms * 1_000_000).boxed().toList();
    return new Outcome.Answered(
        new Timing(intendedMillis * 1_000_000, intendedMillis * 1_000_000, heard, heard.getLast()),
        100,
        heardMillis.length,
        Map.of("encode", 40.0));
  }
}
