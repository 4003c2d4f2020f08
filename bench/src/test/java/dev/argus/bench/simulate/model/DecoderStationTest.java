package dev.argus.bench.simulate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.argus.bench.simulate.profile.Curve;
import dev.argus.bench.simulate.profile.Decoding;
import dev.argus.bench.simulate.time.Calendar;
import dev.argus.bench.simulate.time.Processor;
import dev.argus.bench.simulate.time.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DecoderStationTest {
  private static final Decoding COSTS =
      new Decoding(
          new Curve(List.of(List.of(1.0, 10.0), List.of(4.0, 20.0))),
          100,
          0.01,
          0.5,
          8,
          256,
          132,
          4,
          1000,
          1e9);

  private final List<Request> refused = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void manyStepsAtOnceTakeAsLongAsEachForItself(long seed) {
    List<Request> stepwise = play(seed, 1, 1);
    List<Request> atOnce = play(seed, Integer.MAX_VALUE, 1);

    assertThat(atOnce).hasSameSizeAs(stepwise).isNotEmpty();
    for (int i = 0; i < stepwise.size(); i++) {
      assertThat(atOnce.get(i).ttft()).isCloseTo(stepwise.get(i).ttft(), within(1e-7));
      assertThat(atOnce.get(i).endToEnd()).isCloseTo(stepwise.get(i).endToEnd(), within(1e-7));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void manyStepsAtOnceTakeAsLongAlsoOnAProcessorThatOthersUse(long seed) {
    List<Request> stepwise = play(seed, 1, 2);
    List<Request> atOnce = play(seed, Integer.MAX_VALUE, 2);

    for (int i = 0; i < stepwise.size(); i++) {
      assertThat(atOnce.get(i).endToEnd()).isCloseTo(stepwise.get(i).endToEnd(), within(1e-7));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void takesTheTimesOfALoopThatIsWrittenDownPlainly(long seed) {
    List<Request> simulated = play(seed, Integer.MAX_VALUE, 1);
    List<double[]> expected = plainly(seed);

    assertThat(simulated).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(simulated.get(i).ttft()).isCloseTo(expected.get(i)[0], within(1e-7));
      assertThat(simulated.get(i).endToEnd()).isCloseTo(expected.get(i)[1], within(1e-7));
    }
  }

  @Test
  void whoWaitsTooLongForASlotIsRefused() {
    Calendar calendar = new Calendar();
    Decoding costs = new Decoding(Curve.constant(1000), 0, 0, 0, 0, 256, 256, 1, 1, 1.5);
    DecoderStation station = station(calendar, new Processor(calendar, 1), costs, 1);
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      requests.add(request(i, 0, 10, 3));
    }

    assertThat(station.offer(requests.get(0))).isTrue();
    assertThat(station.offer(requests.get(1))).isTrue();
    assertThat(station.offer(requests.get(2))).isFalse();
    assertThat(station.load()).isEqualTo(1); // The first has its slot and waits for its picture.
    station.readable(requests.get(0), 10);
    assertThat(station.load()).isEqualTo(2);
    calendar.runOut();

    assertThat(requests.get(0).endToEnd()).isCloseTo(2, within(1e-9));
    assertThat(refused).containsExactly(requests.get(1));
    assertThat(station.calls()).isZero();
    assertThat(station.load()).isZero();
  }

  @Test
  void aSlotThatIsGivenUpGoesToTheNext() {
    Calendar calendar = new Calendar();
    DecoderStation station = station(calendar, new Processor(calendar, 1), COSTS, 1);
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      requests.add(request(i, 0, 10, 1));
      station.offer(requests.get(i));
    }
    station.readable(requests.get(4), 10);
    calendar.runOut();
    assertThat(requests.get(4).answered()).isFalse();

    station.drop(requests.get(0));
    calendar.runOut();
    assertThat(requests.get(4).answered()).isTrue();
    assertThat(station.calls()).isEqualTo(3);
  }

  /** Random requests, whose prompts may be read at once, by arrival. */
  private List<Request> play(long seed, int longestStretch, int shared) {
    Calendar calendar = new Calendar();
    Processor processor = new Processor(calendar, 1);
    DecoderStation station = station(calendar, processor, COSTS, longestStretch);
    SplittableRandom random = new SplittableRandom(seed + 100);
    for (int i = 1; i < shared; i++) {
      Work other = new Work(processor, 1, () -> {});
      for (int begin = 1; begin < 30; begin += 3) {
        calendar.timer(() -> other.begin(0.3)).set(begin + random.nextDouble());
      }
    }
    List<Arrival> arrivals = arrivals(seed);
    for (Arrival arrival : arrivals) {
      Request request = arrival.request();
      calendar
          .timer(() -> {
            station.offer(request);
            station.readable(request, request.question().promptTokens());
          })
          .set(arrival.time());
    }
    calendar.runOut();
    assertThat(station.calls()).isZero();
    return arrivals.stream().map(Arrival::request).toList();
  }

  private record Arrival(double time, Request request) {
    Request.Question question() {
      return request.question();
    }
  }

  private static List<Arrival> arrivals(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Arrival> arrivals = new ArrayList<>();
    double time = 0;
    for (int i = 0; i < 60; i++) {
      time += random.nextExponential();
      int prompt = 1 + random.nextInt(700);
      int output = 1 + random.nextInt(60);
      arrivals.add(new Arrival(time, request(i, time, prompt, output)));
    }
    return arrivals;
  }

  /** Time to first token and to the end of each request, iteration by iteration. */
  private static List<double[]> plainly(long seed) {
    List<Arrival> all = arrivals(seed);
    List<double[]> times = new ArrayList<>();
    int[] read = new int[all.size()];
    int[] generated = new int[all.size()];
    all.forEach(_ -> times.add(new double[2]));
    List<Integer> slots = new ArrayList<>();
    int next = 0;
    double now = 0;
    while (next < all.size() || !slots.isEmpty()) {
      if (slots.isEmpty()) {
        now = Math.max(now, all.get(next).time());
      }
      while (next < all.size() && slots.size() < COSTS.slots() && all.get(next).time() <= now) {
        slots.add(next++);
      }
      int generating = (int) slots.stream().filter(each -> generated[each] > 0).count();
      int most = generating > 0 ? 132 - generating : 256;
      int left = most;
      long contexts = 0;
      int[] chunk = new int[all.size()];
      List<Integer> decoding = new ArrayList<>();
      double ms = 0;
      for (int each : slots) {
        int unread = all.get(each).question().promptTokens() - read[each];
        boolean first = left == most;
        if (unread == 0) {
          decoding.add(each);
          contexts += all.get(each).question().promptTokens() + generated[each];
        } else if (first || unread <= left) {
          chunk[each] = Math.min(unread, left);
          left -= chunk[each] + 16;
          ms += 0.5 * chunk[each] + 8;
        }
      }
      if (!decoding.isEmpty()) {
        ms += 10 + 10.0 / 3 * (decoding.size() - 1) + 0.01 * (contexts - 100.0 * decoding.size());
      }
      now += ms / 1000;
      for (int each : decoding) {
        generated[each]++;
      }
      for (int each : slots) {
        read[each] += chunk[each];
        if (chunk[each] > 0 && read[each] == all.get(each).question().promptTokens()) {
          generated[each] = 1;
          times.get(each)[0] = now - all.get(each).time();
        }
        if (generated[each] == all.get(each).question().outputTokens()) {
          times.get(each)[1] = now - all.get(each).time();
        }
      }
      slots.removeIf(each -> generated[each] == all.get(each).question().outputTokens());
    }
    return times;
  }

  private static Request request(int number, double arrived, int prompt, int output) {
    return new Request(new Request.Question(number, false, 1, 1, prompt, output), arrived);
  }

  private DecoderStation station(
      Calendar calendar, Processor processor, Decoding costs, int longestStretch) {
    return new DecoderStation(
        calendar,
        processor,
        costs,
        longestStretch,
        new DecoderStation.Listener() {
          @Override
          public void answered(Request request) {
            request.end(Request.State.FINISHED, calendar.now());
          }

          @Override
          public void waitedTooLong(Request request) {
            refused.add(request);
          }
        });
  }
}
