package dev.argus.bench.simulate;

import dev.argus.bench.simulate.model.Deployment;
import dev.argus.bench.simulate.model.Layout;
import dev.argus.bench.simulate.model.Stage;
import dev.argus.bench.simulate.profile.Decoding;
import dev.argus.bench.simulate.profile.Encoding;
import dev.argus.bench.simulate.profile.Profile;
import dev.argus.bench.simulate.profile.Questions;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How many pods somebody would count on who knows the stage times and the rate: work over time, at
 * {@link #UTILISATION}, without what caches save.
 */
record Plan(Profile profile) {
  private static final double UTILISATION = 0.7;

  /** The rate at which so many pods are needed, the stages' added up. */
  double rateOf(int pods) {
    return pods / Stream.of(Stage.values()).mapToDouble(stage -> need(Set.of(stage), 1)).sum();
  }

  /** Pods of a deployment that a rate needs. */
  int pods(Deployment deployment, double rate) {
    return Math.max(1, (int) Math.ceil(need(deployment.stages(), rate)));
  }

  /** Pods that a rate needs in a layout, and what they cost an hour. */
  double dollarsAnHour(Layout layout, double rate, Prices prices) {
    double second = 3600;
    return switch (layout) {
      case MONOLITH ->
          prices.of(profile.pods().monolith(), second * need(Set.of(Stage.values()), rate));
      case STAGES ->
          prices.of(profile.pods().preprocess(), second * need(Set.of(Stage.PREPROCESS), rate))
              + prices.of(profile.pods().encoder(), second * need(Set.of(Stage.ENCODER), rate))
              + prices.of(profile.pods().decoder(), second * need(Set.of(Stage.DECODER), rate));
    };
  }

  private double need(Set<Stage> stages, double rate) {
    double seconds;
    if (stages.size() > 1) {
      int cpus = profile.pods().monolith().cpus();
      double models = encodeSeconds() + decodeSeconds();
      double cutting = cutSeconds() / cpus;
      seconds =
          profile.pods().monolith().gpus() == 0 ? models + cutting : Math.max(models, cutting);
    } else {
      seconds =
          switch (stages.iterator().next()) {
            case PREPROCESS -> cutSeconds() / profile.pods().preprocess().cpus();
            case ENCODER -> encodeSeconds();
            case DECODER -> decodeSeconds();
          };
    }
    if (stages.contains(Stage.DECODER)) {
      seconds = Math.max(seconds, slotSeconds());
    }
    return rate * seconds / UTILISATION;
  }

  private double cutSeconds() {
    return profile.preprocessing().pictureMs().at(profile.questions().megapixels()) / 1000;
  }

  private double encodeSeconds() {
    Encoding encoding = profile.encoding();
    int batch = encoding.maxBatch();
    return profile.questions().tiles() * encoding.runMs().at(batch) / batch / 1000;
  }

  /**
   * The decoder's own share of a request where all its slots generate: reading its prompt, and as
   * many steps as its chunks or its share of the tokens take, whichever is more.
   */
  private double decodeSeconds() {
    double tokens = (double) profile.questions().outputTokens() / slots();
    return (prefillMs() + Math.max(chunks(), tokens) * stepMs()) / 1000;
  }

  /** A slot's share of the time for which a request holds it, its picture's encoding included. */
  private double slotSeconds() {
    double ms = prefillMs() + profile.questions().outputTokens() * stepMs();
    return (cutSeconds() + encodeSeconds() + ms / 1000) / slots();
  }

  private double prefillMs() {
    Decoding decoding = profile.decoding();
    return decoding.prefillTokenMs() * profile.questions().promptTokens()
        + chunks() * decoding.prefillRunMs();
  }

  private int chunks() {
    int chunk = profile.decoding().chunkBeside(slots());
    return Math.ceilDiv(profile.questions().promptTokens(), chunk);
  }

  private double stepMs() {
    Questions questions = profile.questions();
    long contexts = (long) slots() * (questions.promptTokens() + questions.outputTokens() / 2);
    return profile.decoding().stepMs(slots(), contexts);
  }

  private int slots() {
    return profile.decoding().slots();
  }
}
