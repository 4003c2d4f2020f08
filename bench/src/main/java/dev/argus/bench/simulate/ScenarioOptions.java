package dev.argus.bench.simulate;

import dev.argus.bench.serve.report.Objective;
import dev.argus.bench.simulate.model.Layout;
import dev.argus.bench.simulate.profile.Pods;
import dev.argus.bench.simulate.profile.Profile;
import dev.argus.bench.simulate.profile.Questions;
import dev.argus.bench.simulate.profile.Routing;
import dev.argus.bench.simulate.scale.Policy;
import dev.argus.bench.simulate.traffic.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is simulated. */
final class ScenarioOptions {
  @Option(
      names = "--profile",
      paramLabel = "PROFILE",
      description =
          "Stage times, pods and questions: a name or a JSON file. Default: ${DEFAULT-VALUE}.")
  private String profile = Profile.SHIPPED.getFirst();

  @Option(
      names = "--replicas",
      split = ",",
      paramLabel = "N",
      description =
          "Sizes: loads whose peaks need N pods at 70 %% utilisation, all stages together. A day of 1000"
              + " takes about a minute for each policy and layout. Default: 1,10,100,1000.")
  private @Nullable List<Double> sizes;

  @Option(
      names = "--request-rate",
      split = ",",
      paramLabel = "R",
      description = "Instead of --replicas: requests a second at the peak.")
  private @Nullable List<Double> rates;

  @Option(
      names = "--policy",
      split = ",",
      paramLabel = "P",
      description =
          "What is scaled on: fixed, hpa (utilisation), hpa-metric or keda (the load of each"
              + " stage; the two hardly differ). Default: fixed,hpa,hpa-metric.")
  private List<Policy> policies = List.of(Policy.FIXED, Policy.HPA, Policy.HPA_METRIC);

  @Option(
      names = "--layout",
      split = ",",
      paramLabel = "L",
      description =
          "stages (a deployment for each stage) or monolith (all stages in each pod). Default: both.")
  private List<Layout> layouts = List.of(Layout.values());

  @Option(
      names = "--traffic",
      paramLabel = "T",
      description =
          "steady (Poisson), diurnal (one wave, a quarter of the peak at night) or bursts (diurnal,"
              + " with crowds of three times as many for five minutes). Default: ${DEFAULT-VALUE}.")
  private Shape shape = Shape.DIURNAL;

  @Option(
      names = "--hours",
      paramLabel = "H",
      description = "How long; a diurnal wave takes as long. Default: 24.")
  private double hours = 24;

  @Option(
      names = "--goodput",
      arity = "1..3",
      paramLabel = "METRIC:MS",
      description =
          "What makes an answer good enough: all of these, of ttft, tpot and e2el, such as ttft:500"
              + " tpot:50. Default: the profile's.")
  private @Nullable List<String> goodput;

  @Option(
      names = "--cpu-price",
      paramLabel = "DOLLARS",
      description = "Of a processor and its memory, an hour. Default: ${DEFAULT-VALUE}.")
  private double cpuPrice = 0.04;

  @Option(
      names = "--gpu-price",
      paramLabel = "DOLLARS",
      description = "Of a GPU, an hour. Default: ${DEFAULT-VALUE}.")
  private double gpuPrice = 3;

  @Option(
      names = "--start-up",
      paramLabel = "SECONDS",
      description = "From the wish for a pod to one that answers. Default: the profile's.")
  private @Nullable Double startSeconds;

  @Option(
      names = "--tiles",
      paramLabel = "N",
      description = "That a picture is cut into. Default: the profile's.")
  private @Nullable Integer tiles;

  @Option(
      names = "--output-len",
      paramLabel = "N",
      description = "Tokens of an answer, on average. Default: the profile's.")
  private @Nullable Integer outputTokens;

  @Option(
      names = "--repeat-share",
      paramLabel = "SHARE",
      description =
          "Of requests that show one of the pictures which recur, 0 to 1. Default: the profile's.")
  private @Nullable Double repeatShare;

  @Option(
      names = "--encoder-light-load",
      paramLabel = "N",
      description =
          "Calls below which an encoder never passes its pictures on:"
              + " argus.gateway.routing.encoder-light-load. Default: the profile's.")
  private @Nullable Integer encoderLightLoad;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of traffic; the same seed gives the same figures. Default: ${DEFAULT-VALUE}.")
  private long seed;

  /**
   * The profile, as options change it.
   *
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if an option is out of range
   */
  Profile profile() throws IOException {
    Profile read = Profile.read(profile);
    Questions questions = read.questions();
    Pods pods = read.pods();
    Routing routing = read.routing();
    return read.asked(
            new Questions(
                questions.megapixels(),
                Objects.requireNonNullElse(tiles, questions.tiles()),
                questions.promptTokens(),
                Objects.requireNonNullElse(outputTokens, questions.outputTokens()),
                Objects.requireNonNullElse(repeatShare, questions.repeatShare()),
                questions.pictures(),
                questions.zipf()))
        .routedBy(
            new Routing(
                routing.loadFactor(),
                Objects.requireNonNullElse(encoderLightLoad, routing.encoderLightLoad()),
                routing.decoderLightLoad()))
        .on(pods.startingIn(Objects.requireNonNullElse(startSeconds, pods.startSeconds())));
  }

  /**
   * What is to be simulated, by size.
   *
   * @throws IllegalArgumentException if options contradict each other or are out of range
   */
  List<Scenario> scenarios(Profile read) {
    if (sizes != null && rates != null) {
      throw new IllegalArgumentException("--replicas and --request-rate: one of both");
    }
    if (!(hours > 0) || hours > 1000) {
      throw new IllegalArgumentException("--hours must be above 0 and at most 1000");
    }
    Objective objective = Objective.parse(Objects.requireNonNullElse(goodput, read.goodput()));
    Prices prices = new Prices(cpuPrice, gpuPrice);
    double onePod = new Plan(read).rateOf(1);
    List<Scenario> scenarios = new ArrayList<>();
    for (double rate : rates(onePod)) {
      for (Policy policy : policies) {
        for (Layout layout : layouts) {
          scenarios.add(
              new Scenario(
                  read,
                  layout,
                  policy,
                  shape,
                  rate / onePod,
                  rate,
                  hours,
                  objective,
                  prices,
                  seed));
        }
      }
    }
    return scenarios;
  }

  private List<Double> rates(double onePod) {
    List<Double> numbers =
        rates != null ? rates : sizes != null ? sizes : List.of(1.0, 10.0, 100.0, 1000.0);
    if (!numbers.stream().allMatch(number -> number > 0 && number <= 1e6)) {
      throw new IllegalArgumentException(
          "--replicas and --request-rate must be above 0 and at most 1,000,000");
    }
    return numbers.stream()
        .distinct()
        .sorted()
        .map(number -> rates != null ? number : number * onePod)
        .toList();
  }
}
