package dev.argus.bench.serve;

import dev.argus.bench.measure.Task;
import dev.argus.bench.serve.endpoint.Endpoint;
import dev.argus.bench.serve.load.Load;
import dev.argus.bench.serve.load.Outcome;
import dev.argus.bench.serve.load.Pace;
import dev.argus.bench.serve.load.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Warms a server up, and puts load on it at one pace after another. {@link #stop} may be called
 * from any thread; the rest from one.
 */
final class Sweep {
  private final Load load;
  private final Workload workload;
  private final Plan plan;
  private final List<Run> runs = new ArrayList<>();

  /**
   * What is to be done.
   *
   * @param paces at least one
   * @param requests at each
   * @param warmUps before all others
   * @param seed of arrival times
   */
  record Plan(List<Pace> paces, int requests, int warmUps, long seed) {

    /** Those that do not count included. */
    int allRequests() {
      return Math.addExact(Math.multiplyExact(paces.size(), requests), warmUps);
    }
  }

  Sweep(Endpoint endpoint, Workload workload, Plan plan) {
    this.load = new Load(endpoint);
    this.workload = workload;
    this.plan = plan;
  }

  /**
   * Runs; returns early when it is stopped.
   *
   * @param afterEach told of each pace's run
   * @throws UncheckedIOException if no warm-up was answered
   */
  void run(Consumer<Run> afterEach) throws InterruptedException {
    warmUp();
    for (Pace pace : plan.paces()) {
      if (load.isStopped()) {
        return;
      }
      Run run = ask(pace.label(), pace, plan.requests());
      runs.add(run);
      afterEach.accept(run);
    }
  }

  /** Gives up what is going on, and begins nothing new. */
  void stop() {
    load.stop();
  }

  /** The runs so far. */
  List<Run> runs() {
    return List.copyOf(runs);
  }

  private void warmUp() throws InterruptedException {
    if (plan.warmUps() == 0) {
      return;
    }
    Run run = ask("Warming up", new Pace.Closed(1), plan.warmUps());
    if (run.answered().isEmpty() && !run.failed().isEmpty()) {
      Outcome.Failed first = run.failed().getFirst();
      throw new UncheckedIOException(
          new IOException(
              "no warm-up was answered: %s: %s".formatted(first.kind(), first.message())));
    }
  }

  private Run ask(String title, Pace pace, int requests) throws InterruptedException {
    try (Task task = Task.begin(title, requests)) {
      return load.run(pace, workload.next(requests), plan.seed(), task::step);
    }
  }
}
