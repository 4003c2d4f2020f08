package dev.argus.bench.simulate.validate;

import dev.argus.bench.simulate.model.Request;
import dev.argus.bench.simulate.model.Stage;
import dev.argus.bench.simulate.profile.PodShape;
import dev.argus.bench.simulate.profile.Pods;
import dev.argus.bench.simulate.profile.Profile;
import java.util.List;

/**
 * Takes stage times from a measured run of one client: a profile's times are scaled, stage by
 * stage, until the simulation of that run has its medians. That takes a few rounds, as stages that
 * overlap slow each other down on shared processors, measured and simulated. What a first token
 * then takes longer than the stages explain is counted as way. How times grow with batch and chunk
 * stays the profile's.
 */
final class Calibration {
  private static final int ROUNDS = 20;

  private Calibration() {}

  /**
   * Calibrates.
   *
   * @param alone the run of one client
   * @param processors that all processes share
   */
  static Profile of(Profile profile, Measured alone, int processors) {
    PodShape machine = new PodShape(processors, 0);
    Profile fitted = profile.on(new Pods(machine, machine, machine, machine, 0));
    for (int round = 0; round < ROUNDS; round++) {
      fitted = closer(fitted, alone);
    }
    return fitted;
  }

  private static Profile closer(Profile profile, Measured alone) {
    List<Request> answers = Rerun.of(profile, alone);
    double missingMs =
        alone.samples(Measured.Answer::ttftMs).median()
            - 1000 * Rerun.samples(answers, Request::ttft).median();
    double step =
        factor(
            alone.samples(Measured.Answer::tpotMs).median(),
            1000 * Rerun.samples(answers, Request::tpot).median());
    return profile.taking(
        profile
            .preprocessing()
            .times(factor(alone.preprocessMs(), busyMs(answers, Stage.PREPROCESS))),
        profile.encoding().times(factor(alone.encodeMs(), busyMs(answers, Stage.ENCODER))),
        profile.decoding().times(factor(alone.prefillMs(), busyMs(answers, Stage.DECODER)), step),
        Math.max(0, profile.hopsMs() + missingMs));
  }

  private static double busyMs(List<Request> answers, Stage stage) {
    return 1000 * Rerun.samples(answers, request -> request.busy(stage)).median();
  }

  private static double factor(double measured, double simulated) {
    return simulated > 0 ? measured / simulated : 1;
  }
}
