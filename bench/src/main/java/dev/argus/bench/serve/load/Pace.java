package dev.argus.bench.serve.load;

import java.math.BigDecimal;
import java.util.OptionalInt;

/** When requests are sent. */
public sealed interface Pace {

  /** Such as {@code 4 at once}. */
  String label();

  /** The number that a sweep is drawn over: requests at once, or requests a second. */
  double level();

  /**
   * A closed loop: so many clients, each of which asks again as soon as it has its answer. The
   * server's slowness slows its clients, so that this measures what it can do, not what waiting
   * would be like.
   *
   * @param concurrency clients
   */
  record Closed(int concurrency) implements Pace {
    public Closed {
      if (concurrency < 1) {
        throw new IllegalArgumentException("--max-concurrency must be 1 or more");
      }
    }

    @Override
    public String label() {
      return concurrency + " at once";
    }

    @Override
    public double level() {
      return concurrency;
    }
  }

  /**
   * An open loop: requests arrive as they would from many people who do not know of each other,
   * however slow the server is.
   *
   * @param rate requests a second
   * @param burstiness the shape of the gamma distribution of the times between two: 1 is a Poisson
   *     process, below 1 is burstier, above 1 more even
   * @param concurrency the most requests at once; later ones wait at the client, and their waiting
   *     counts
   */
  record Open(double rate, double burstiness, OptionalInt concurrency) implements Pace {
    public Open {
      if (!(rate > 0) || !(burstiness > 0) || rate + burstiness == Double.POSITIVE_INFINITY) {
        throw new IllegalArgumentException("--request-rate and --burstiness must be above 0");
      }
      if (concurrency.isPresent() && concurrency.getAsInt() < 1) {
        throw new IllegalArgumentException("--max-concurrency must be 1 or more");
      }
    }

    @Override
    public String label() {
      String most =
          concurrency.isPresent() ? ", at most %d at once".formatted(concurrency.getAsInt()) : "";
      return BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString() + " a second" + most;
    }

    @Override
    public double level() {
      return rate;
    }
  }
}
