package dev.argus.bench.serve;

import dev.argus.bench.serve.load.Pace;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How much is asked, and when. */
final class LoadOptions {
  @Option(
      names = "--max-concurrency",
      split = ",",
      paramLabel = "N",
      description =
          "Requests at once; several for a sweep, such as 1,4,8. With --request-rate: the most, and"
              + " those above it wait at the client. Default: 1, or with --request-rate no limit.")
  private List<Integer> concurrency = List.of();

  @Option(
      names = "--request-rate",
      split = ",",
      paramLabel = "R",
      description =
          "Send R requests a second, however slow the server is; several for a sweep. Default: send"
              + " the next when one has been answered.")
  private List<Double> rates = List.of();

  @Option(
      names = "--burstiness",
      paramLabel = "B",
      description =
          "Shape of the gamma distribution of the times between two requests of --request-rate: 1 is a"
              + " Poisson process, below 1 burstier, above 1 more even. Default: 1.")
  private @Nullable Double burstiness;

  @Option(
      names = "--num-prompts",
      paramLabel = "N",
      description = "Requests at each concurrency or rate. Default: ${DEFAULT-VALUE}.")
  private int requests = 20;

  @Option(
      names = "--num-warmups",
      paramLabel = "N",
      description = "Requests before all others, which do not count. Default: ${DEFAULT-VALUE}.")
  private int warmUps = 2;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of pictures and arrival times. Default: ${DEFAULT-VALUE}.")
  private long seed;

  /**
   * The paces of the sweep, in order.
   *
   * @throws IllegalArgumentException if options contradict each other
   */
  List<Pace> paces() {
    if (requests < 1 || warmUps < 0) {
      throw new IllegalArgumentException(
          "--num-prompts must be 1 or more and --num-warmups 0 or more");
    }
    return rates.isEmpty() ? closed() : open();
  }

  int requests() {
    return requests;
  }

  int warmUps() {
    return warmUps;
  }

  long seed() {
    return seed;
  }

  private List<Pace> closed() {
    if (burstiness != null) {
      throw new IllegalArgumentException("--burstiness needs --request-rate");
    }
    List<Integer> levels = concurrency.isEmpty() ? List.of(1) : concurrency;
    return levels.stream().distinct().<Pace>map(Pace.Closed::new).toList();
  }

  private List<Pace> open() {
    if (concurrency.size() > 1) {
      throw new IllegalArgumentException(
          "with --request-rate, --max-concurrency takes one number: sweep over one of both");
    }
    OptionalInt most =
        concurrency.isEmpty() ? OptionalInt.empty() : OptionalInt.of(concurrency.getFirst());
    double shape = burstiness == null ? 1 : burstiness;
    return rates.stream().distinct().<Pace>map(rate -> new Pace.Open(rate, shape, most)).toList();
  }
}
