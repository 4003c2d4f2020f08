package dev.argus.bench.simulate.scale;

import dev.argus.bench.simulate.model.Deployment;
import dev.argus.bench.simulate.model.Stage;
import java.util.List;

/**
 * What replicas are scaled on: the kinds of {@code autoscaling.kind} in the chart, and one more.
 */
public enum Policy {
  /** Not at all: as many as the highest load needs, all the time. */
  FIXED("fixed"),

  /** An HPA on utilisation: of processors as the chart has it, or of GPUs where there are any. */
  HPA("hpa"),

  /** An HPA on what waits for each stage; of several metrics the one that asks for most counts. */
  HPA_METRIC("hpa-metric"),

  /** KEDA on the sum of what waits for each stage. */
  KEDA("keda");

  /** {@code cpuPercent} of the chart. */
  static final double UTILISATION = 0.7;

  private final String label;

  Policy(String label) {
    this.label = label;
  }

  /** As the chart and the command line call it. */
  public String label() {
    return label;
  }

  @Override
  public String toString() {
    return label;
  }

  /** {@code autoscaling.target} of a stage in the chart. */
  static double target(Stage stage) {
    return switch (stage) {
      case PREPROCESS -> 8;
      case ENCODER -> 26;
      case DECODER -> 2000;
    };
  }

  List<Signal> signals(Deployment deployment) {
    return switch (this) {
      case FIXED -> List.of();
      case HPA -> List.of(new Signal.Utilisation(UTILISATION));
      case HPA_METRIC ->
          deployment.stages().stream()
              .<Signal>map(stage -> new Signal.WaitingByPod(stage, target(stage)))
              .toList();
      case KEDA ->
          deployment.stages().stream()
              .<Signal>map(stage -> new Signal.WaitingInAll(stage, target(stage)))
              .toList();
    };
  }
}
