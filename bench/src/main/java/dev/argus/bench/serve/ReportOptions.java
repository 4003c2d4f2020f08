package dev.argus.bench.serve;

import dev.argus.bench.serve.load.Run;
import dev.argus.bench.serve.report.Figures;
import dev.argus.bench.serve.report.Objective;
import dev.argus.bench.serve.report.Percentiles;
import dev.argus.bench.serve.report.Plots;
import dev.argus.bench.serve.report.ReportPage;
import dev.argus.bench.serve.report.ResultJson;
import dev.argus.bench.serve.report.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is told of it, and where. */
final class ReportOptions {
  @Option(
      names = "--goodput",
      arity = "1..3",
      paramLabel = "METRIC:MS",
      description =
          "Count the answers that meet all of these, of ttft, tpot and e2el, such as ttft:500 tpot:50.")
  private List<String> goodput = List.of();

  @Option(
      names = "--metric-percentiles",
      split = ",",
      paramLabel = "P",
      description = "Percentiles to tell beside mean and median. Default: 99.")
  private List<Double> percentiles = List.of(99.0);

  @Option(names = "--result", paramLabel = "FILE", description = "Write all figures as JSON.")
  private @Nullable Path result;

  @Option(names = "--plot", paramLabel = "FILE", description = "Draw them, as a PNG.")
  private @Nullable Path plot;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write tables and plots as a web page that stands alone.")
  private @Nullable Path page;

  /**
   * What makes an answer good enough.
   *
   * @throws IllegalArgumentException if it is misspelt
   */
  Objective objective() {
    return Objective.parse(goodput);
  }

  /**
   * Which percentiles are told.
   *
   * @throws IllegalArgumentException if one cannot be
   */
  Percentiles percentiles() {
    return new Percentiles(percentiles);
  }

  /** Writes what was asked for. */
  void write(Subject subject, List<Run> runs, List<Figures> figures) throws IOException {
    if (result != null) {
      ResultJson json = new ResultJson(subject, percentiles());
      for (int i = 0; i < runs.size(); i++) {
        json.add(runs.get(i), figures.get(i));
      }
      json.write(result);
    }
    if (plot != null && figures.stream().anyMatch(run -> run.completed() > 0)) {
      new Plots(figures, percentiles()).write(plot);
    }
    if (page != null) {
      Files.writeString(page, new ReportPage(subject, figures, percentiles()).html());
    }
  }
}
