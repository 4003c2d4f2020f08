package dev.argus.bench.serve;

import dev.argus.bench.measure.ForeignLoad;
import dev.argus.bench.measure.Machine;
import dev.argus.bench.serve.endpoint.Endpoint;
import dev.argus.bench.serve.load.Run;
import dev.argus.bench.serve.report.Figures;
import dev.argus.bench.serve.report.Objective;
import dev.argus.bench.serve.report.ResultText;
import dev.argus.bench.serve.report.Subject;
import dev.argus.cli.client.Interrupt;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures a server as its clients see it. */
@Command(
    name = "serve",
    description = {
      "Measure how fast a server answers, as its clients see it: throughput, time to first token, time"
          + " per token and goodput, in the words of vllm bench serve. It asks Argus, or any server of"
          + " OpenAI's API. Ctrl-C ends it, and tells what has been measured so far."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  argus bench serve --max-concurrency 1,4,8 --report report.html",
      "  argus bench serve --url grpc://localhost:7070 --request-rate 2 --goodput ttft:500 tpot:50",
      "  argus bench serve --url http://localhost:8000/v1 --pictures photos --num-prompts 100",
      "",
      "Exit codes: 0 done, 1 stopped early or nothing was answered, 2 wrong usage."
    })
public final class ServeCommand implements Callable<Integer> {
  private final Function<String, Path> checkpoints;

  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private CommandSpec spec;

  @Mixin private final TargetOptions target = new TargetOptions();
  @Mixin private final WorkloadOptions questions = new WorkloadOptions();
  @Mixin private final LoadOptions load = new LoadOptions();
  @Mixin private final ReportOptions report = new ReportOptions();

  /**
   * @param checkpoints finds a checkpoint's directory
   */
  public ServeCommand(Function<String, Path> checkpoints) {
    this.checkpoints = checkpoints;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Sweep.Plan plan = plan();
    Workload workload = questions.workload(plan.allRequests(), load.seed());
    PrintWriter out = spec.commandLine().getOut();
    try (Endpoint endpoint = target.open(checkpoints)) {
      out.printf(
          "%s, %s%n%s%n",
          endpoint.model(), target.description(), workload.description(plan.allRequests()));
      out.flush();
      ForeignLoad others = ForeignLoad.watch();
      Sweep sweep = new Sweep(endpoint, workload, plan);
      List<Figures> figures = run(sweep, out);
      Map<String, String> settings = settings(plan);
      if (target.isHere()) {
        others.share().ifPresent(share -> settings.put("Other processes took", share(share)));
      }
      out.println();
      settings.forEach((name, value) -> out.printf("%s: %s%n", name, value));
      out.flush();
      report.write(subject(endpoint, workload, plan, settings), sweep.runs(), figures);
      return isWhole(figures, plan) ? 0 : 1;
    }
  }

  /** Checks all options before anything is started. */
  private Sweep.Plan plan() {
    try {
      target.check();
      questions.check();
      report.objective();
      report.percentiles();
      return new Sweep.Plan(load.paces(), load.requests(), load.warmUps(), load.seed());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private List<Figures> run(Sweep sweep, PrintWriter out) {
    Objective objective = report.objective();
    ResultText text = new ResultText(out, report.percentiles());
    Interrupt.during(
        () -> {
          try {
            sweep.run(run -> text.print(Figures.of(run, objective)));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        },
        sweep::stop);
    List<Figures> figures = figures(sweep.runs(), objective);
    if (figures.isEmpty()) {
      out.println("Stopped before anything was measured.");
    } else if (figures.size() > 1) {
      text.printSweep(figures);
    }
    return figures;
  }

  private static List<Figures> figures(List<Run> runs, Objective objective) {
    return runs.stream().map(run -> Figures.of(run, objective)).toList();
  }

  private static boolean isWhole(List<Figures> figures, Sweep.Plan plan) {
    return figures.size() == plan.paces().size()
        && figures.stream().allMatch(run -> run.wholly() && run.completed() > 0);
  }

  private static Map<String, String> settings(Sweep.Plan plan) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("Requests at each load", String.valueOf(plan.requests()));
    settings.put("Warm-ups", String.valueOf(plan.warmUps()));
    settings.put("Seed", String.valueOf(plan.seed()));
    return settings;
  }

  private static String share(double share) {
    return String.format(
        Locale.ROOT,
        "%.0f %% of the processors%s",
        100 * share,
        share > ForeignLoad.LIMIT ? ": NOISY, measure again when they rest" : "");
  }

  private Subject subject(
      Endpoint endpoint, Workload workload, Sweep.Plan plan, Map<String, String> settings) {
    return new Subject(
        target.description(),
        endpoint.model(),
        workload.description(plan.allRequests()),
        settings,
        Machine.description(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }
}
