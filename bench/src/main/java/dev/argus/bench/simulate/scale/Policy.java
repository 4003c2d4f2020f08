package dev.argus.bench.simulate.scale;

import dev.argus.bench.simulate.model.Deployment;
import dev.argus.bench.simulate.model.Stage;
import dev.argus.bench.simulate.profile.Targets;
import java.util.List;

/**
 * What replicas are scaled on: the kinds of {@code autoscaling.kind} in the chart, and one more.
 */
public enum Policy {
  /** Not at all: as many as the highest load needs, all the time. */
  FIXED("fixed"),

  /** An HPA on utilisation: of processors as the chart has it, or of GPUs where there are any. */
  HPA("hpa"),

  /** An HPA on the load of each stage; of several metrics the one that asks for most counts. */
  HPA_METRIC("hpa-metric"),

  /** KEDA on the sum of the load of each stage. */
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

  /** For how long it has to ask for more pods before it gets them. */
  double upWindowSeconds() {
    return switch (this) {
      case FIXED, HPA -> 0;
      case HPA_METRIC, KEDA -> HorizontalScaler.UP_WINDOW_SECONDS;
    };
  }

  List<Signal> signals(Deployment deployment, Targets targets) {
    return switch (this) {
      case FIXED -> List.of();
      case HPA -> List.of(new Signal.Utilisation(UTILISATION));
      case HPA_METRIC ->
          deployment.stages().stream()
              .<Signal>map(stage -> new Signal.LoadByPod(stage, target(targets, stage)))
              .toList();
      case KEDA ->
          deployment.stages().stream()
              .<Signal>map(stage -> new Signal.LoadInAll(stage, target(targets, stage)))
              .toList();
    };
  }

  private static double target(Targets targets, Stage stage) {
    return switch (stage) {
      case PREPROCESS -> targets.preprocess();
      case ENCODER -> targets.encoder();
      case DECODER -> targets.decoder();
    };
  }
}
