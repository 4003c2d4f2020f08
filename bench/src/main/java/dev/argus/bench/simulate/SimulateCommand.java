package dev.argus.bench.simulate;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.argus.bench.measure.Task;
import dev.argus.bench.simulate.profile.Profile;
import dev.argus.bench.simulate.validate.Validation;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Simulates autoscaling. */
@Command(
    name = "simulate",
    description = {
      "Simulate how autoscaling behaves, from 1 to 1,000 replicas: a day of traffic in minutes, with"
          + " the stage times of a profile. It tells time to first token, time per token, how many"
          + " answers are good enough, how busy machines are, and what a million answers cost, for"
          + " each policy of the chart, with stages scaled by themselves or all in one pod.",
      "With --validate it simulates what argus bench serve measured, and tells how far it is off."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  argus simulate --plot simulation.png",
      "  argus simulate --replicas 100 --traffic bursts --policy hpa,hpa-metric --start-up 120",
      "  argus simulate --profile smolvlm-256m-h100 --request-rate 100 --hours 2 --gpu-price 2.5",
      "  argus bench serve --url grpc://localhost:7070 --max-concurrency 1,2,4 --result run.json",
      "  argus simulate --validate run.json --tiles 13",
      "",
      "Profiles that come along: smolvlm-256m-cpu (measured), smolvlm-256m-h100 (computed from the",
      "paper's figures, not measured). A file of your own: copy one and edit it, docs/simulation.md."
    })
public final class SimulateCommand implements Callable<Integer> {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private CommandSpec spec;

  @Mixin private final ScenarioOptions options = new ScenarioOptions();

  @Option(
      names = "--validate",
      paramLabel = "FILE",
      description =
          "Simulate the runs that argus bench serve --result wrote to FILE, with the stage times of"
              + " its run of one client, and compare.")
  private @Nullable Path measured;

  @Option(
      names = "--processors",
      paramLabel = "N",
      description =
          "With --validate: processors that the stages' processes shared. Default: this machine's.")
  private int processors = Runtime.getRuntime().availableProcessors();

  @Option(names = "--json", paramLabel = "FILE", description = "Write all figures as JSON.")
  private @Nullable Path json;

  @Option(names = "--plot", paramLabel = "FILE", description = "Draw them, as a PNG.")
  private @Nullable Path plot;

  @Override
  public Integer call() throws IOException {
    Profile profile;
    List<Scenario> scenarios;
    try {
      if (processors < 1) {
        throw new IllegalArgumentException("--processors must be 1 or more");
      }
      if (measured != null && plot != null) {
        throw new IllegalArgumentException("--plot is not for --validate");
      }
      profile = options.profile();
      scenarios = options.scenarios(profile);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (measured == null) {
      simulate(scenarios, out);
    } else {
      validate(profile, measured, out);
    }
    out.flush();
    return 0;
  }

  private void simulate(List<Scenario> scenarios, PrintWriter out) throws IOException {
    out.printf("Stage times: %s%n", scenarios.getFirst().profile().source());
    out.flush();
    List<Result> results;
    try (Task task = Task.begin("Simulating", (long) scenarios.size() * Simulation.MOMENTS)) {
      results =
          scenarios.parallelStream()
              .map(scenario ->
                  Simulation.run(
                      scenario,
                      () -> {
                        synchronized (task) {
                          task.step();
                        }
                      }))
              .toList();
    }
    new ResultTable(out).print(scenarios.getFirst(), results);
    write(results);
    if (plot != null) {
      new SimulationPlot(results).write(plot);
    }
  }

  private void validate(Profile profile, Path file, PrintWriter out) throws IOException {
    out.printf(
        "Stage times: of %s, one client; how they grow with a batch: %s%n", file, profile.source());
    Validation validation = Validation.of(profile, file, processors);
    ValidationTable.print(validation, out);
    write(validation);
  }

  private void write(Object figures) throws IOException {
    if (json != null) {
      Files.writeString(json, JSON.writeValueAsString(figures) + "\n");
    }
  }
}
