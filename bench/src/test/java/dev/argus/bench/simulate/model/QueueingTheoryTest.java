package dev.argus.bench.simulate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.argus.bench.simulate.profile.Curve;
import dev.argus.bench.simulate.profile.Encoding;
import dev.argus.bench.simulate.profile.Preprocessing;
import dev.argus.bench.simulate.time.Calendar;
import dev.argus.bench.simulate.time.Processor;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Stations wait as long as the formulas say that are known for queues such as theirs. */
final class QueueingTheoryTest {
  private static final int REQUESTS = 400_000;
  private static final double BUSY = 0.7;

  /** A millisecond for each megapixel or tile. */
  private static final Curve PROPORTIONAL =
      new Curve(List.of(List.of(0.0, 0.0), List.of(1.0, 1.0)));

  private final Calendar calendar = new Calendar();
  private final SplittableRandom random = new SplittableRandom(7);
  private double waited;
  private int ended;

  @Test
  void oneThreadWithExponentialWorkWaitsAsAnMm1QueueDoes() {
    PreprocessStation station = preprocess(1);
    offer(BUSY, random::nextExponential, station::offer);

    assertThat(meanWait()).isCloseTo(BUSY / (1 - BUSY), withinPercentage(3));
  }

  @Test
  void twoThreadsWithExponentialWorkWaitAsAnMm2QueueDoes() {
    PreprocessStation station = preprocess(2);
    offer(2 * BUSY, random::nextExponential, station::offer);

    assertThat(meanWait()).isCloseTo(BUSY * BUSY / (1 - BUSY * BUSY), withinPercentage(3));
  }

  @Test
  void runsOfOneTileWaitAsAnMd1QueueDoes() {
    Encoding encoding = new Encoding(PROPORTIONAL, 1, Integer.MAX_VALUE, 0);
    EncoderStation station =
        new EncoderStation(calendar, new Processor(calendar, 1), encoding, ended(_ -> 1));
    offer(BUSY, () -> 1, station::offer);

    assertThat(meanWait()).isCloseTo(BUSY / (2 * (1 - BUSY)), withinPercentage(3));
  }

  private PreprocessStation preprocess(int threads) {
    Preprocessing costs = new Preprocessing(PROPORTIONAL, Integer.MAX_VALUE / 2);
    return new PreprocessStation(
        calendar,
        new Processor(calendar, threads),
        costs,
        ended(request -> request.question().megapixels()));
  }

  /** Adds up waiting: what a request was there longer than its own work takes, in units of it. */
  private Consumer<Request> ended(ToDoubleFunction<Request> work) {
    return request -> {
      request.end(Request.State.FINISHED, calendar.now());
      waited += 1000 * request.endToEnd() - work.applyAsDouble(request);
      ended++;
    };
  }

  private void offer(double perMilli, DoubleSupplier work, Predicate<Request> station) {
    double time = 0;
    for (int i = 0; i < REQUESTS; i++) {
      time += random.nextExponential() / perMilli / 1000;
      calendar.runUntil(time);
      assertThat(
              station.test(
                  new Request(new Request.Question(i, false, work.getAsDouble(), 1, 1, 1), time)))
          .isTrue();
    }
    calendar.runOut();
  }

  private double meanWait() {
    assertThat(ended).isEqualTo(REQUESTS);
    return waited / ended;
  }
}
