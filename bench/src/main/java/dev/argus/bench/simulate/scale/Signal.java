package dev.argus.bench.simulate.scale;

import dev.argus.bench.simulate.model.Deployment;
import dev.argus.bench.simulate.model.Pod;
import dev.argus.bench.simulate.model.Stage;

/** A metric, and how many pods it asks for. */
sealed interface Signal {

  /** Pods that it asks for now. */
  int wanted(Deployment deployment);

  /**
   * The part of processors, or GPU, that is at work.
   *
   * @param target 0 to 1
   */
  record Utilisation(double target) implements Signal {
    @Override
    public int wanted(Deployment deployment) {
      double sum = deployment.ready().stream().mapToDouble(Pod::recentUtilisation).sum();
      return HorizontalScaler.wantedByAverage(
          sum, target, deployment.ready().size(), starting(deployment));
    }
  }

  /** A stage's load, on average over pods. */
  record LoadByPod(Stage stage, double target) implements Signal {
    @Override
    public int wanted(Deployment deployment) {
      return HorizontalScaler.wantedByAverage(
          load(deployment, stage), target, deployment.ready().size(), starting(deployment));
    }
  }

  /** A stage's load, in all. */
  record LoadInAll(Stage stage, double target) implements Signal {
    @Override
    public int wanted(Deployment deployment) {
      return HorizontalScaler.wantedBySum(load(deployment, stage), target, deployment.wanted());
    }
  }

  private static int starting(Deployment deployment) {
    return deployment.wanted() - deployment.ready().size();
  }

  private static double load(Deployment deployment, Stage stage) {
    return deployment.ready().stream().mapToInt(pod -> pod.load(stage)).sum();
  }
}
