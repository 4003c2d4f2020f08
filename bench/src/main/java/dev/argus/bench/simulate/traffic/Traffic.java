package dev.argus.bench.simulate.traffic;

import dev.argus.bench.simulate.model.Request;
import dev.argus.bench.simulate.profile.Questions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Requests of people who do not know of each other: a Poisson process whose rate follows a shape,
 * by thinning (Lewis and Shedler, 1979). The same seed gives the same times and questions, so that
 * policies are compared under the same traffic.
 */
public final class Traffic {
  private static final double NIGHT = 0.25;
  private static final double BURST_FACTOR = 3;
  private static final double BURST_SECONDS = 300;
  private static final double BURST_INTERVAL_SECONDS = 7200;

  private final Shape shape;
  private final double peak;
  private final double seconds;
  private final Questions questions;
  private final SplittableRandom times;
  private final SplittableRandom words;
  private final List<Double> bursts = new ArrayList<>();
  private final double[] popularity;
  private long fresh;

  /**
   * @param peak requests a second at the height of the day, crowds left out
   * @param seconds that are simulated
   */
  public Traffic(Shape shape, double peak, double seconds, Questions questions, long seed) {
    this.shape = shape;
    this.peak = peak;
    this.seconds = seconds;
    this.questions = questions;
    SplittableRandom random = new SplittableRandom(seed);
    this.times = random.split();
    this.words = random.split();
    this.popularity = popularity(questions);
    this.fresh = questions.pictures();
    SplittableRandom crowds = random.split();
    if (shape == Shape.BURSTS) {
      double at = BURST_INTERVAL_SECONDS * crowds.nextExponential();
      while (at < seconds) {
        bursts.add(at);
        at += BURST_SECONDS + BURST_INTERVAL_SECONDS * crowds.nextExponential();
      }
    }
  }

  /** Requests a second that are expected at a time. */
  public double rate(double time) {
    double day = NIGHT + (1 - NIGHT) * (1 - Math.cos(2 * Math.PI * time / seconds)) / 2;
    return switch (shape) {
      case STEADY -> peak;
      case DIURNAL -> peak * day;
      case BURSTS -> peak * day * (inBurst(time) ? BURST_FACTOR : 1);
    };
  }

  /** When the next request comes after a time. */
  public double next(double time) {
    double highest = shape == Shape.BURSTS ? BURST_FACTOR * peak : peak;
    double at = time;
    do {
      at += times.nextExponential() / highest;
    } while (times.nextDouble() * highest >= rate(at));
    return at;
  }

  /** What the next request asks. */
  public Request.Question question() {
    boolean recurs = words.nextDouble() < questions.repeatShare();
    return new Request.Question(
        recurs ? popular() : fresh++,
        recurs,
        questions.megapixels(),
        questions.tiles(),
        questions.promptTokens(),
        answerLength());
  }

  private boolean inBurst(double time) {
    return bursts.stream().anyMatch(begin -> time >= begin && time < begin + BURST_SECONDS);
  }

  /** Geometric: 1 or more. */
  private int answerLength() {
    double mean = questions.outputTokens();
    return mean <= 1 ? 1 : 1 + (int) Math.floor(-words.nextExponential() / Math.log1p(-1 / mean));
  }

  private int popular() {
    int at = Arrays.binarySearch(popularity, words.nextDouble());
    return Math.min(at < 0 ? -at - 1 : at, popularity.length - 1);
  }

  /** The chance of one of the first n pictures, for each n. */
  private static double[] popularity(Questions questions) {
    double[] sums = new double[questions.pictures()];
    double sum = 0;
    for (int i = 0; i < sums.length; i++) {
      sum += Math.pow(i + 1, -questions.zipf());
      sums[i] = sum;
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] /= sum;
    }
    return sums;
  }
}
