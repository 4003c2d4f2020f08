package dev.argus.bench.simulate.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class CalendarTest {
  private final Calendar calendar = new Calendar();
  private final List<String> happened = new ArrayList<>();

  @Test
  void thingsHappenByTimeAndThenInTheOrderInWhichTheyWereSet() {
    at("late", 2);
    at("first of two", 1);
    at("second of two", 1);
    calendar.runUntil(1.5);

    assertThat(happened).containsExactly("first of two", "second of two");
    assertThat(calendar.now()).isEqualTo(1.5);
    calendar.runOut();
    assertThat(happened).endsWith("late");
    assertThat(calendar.now()).isEqualTo(2);
  }

  @Test
  void timersAreMovedAndCalledOff() {
    Calendar.Timer moved = at("moved", 1);
    Calendar.Timer off = at("off", 2);
    at("stays", 3);
    moved.set(4);
    off.cancel();
    off.cancel();
    calendar.runOut();

    assertThat(happened).containsExactly("stays", "moved");
  }

  @Test
  void staysInOrderWhileTimersAreSetMovedAndCalledOffAtRandom() {
    SplittableRandom random = new SplittableRandom(1);
    List<Double> times = new ArrayList<>();
    List<Calendar.Timer> timers = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      timers.add(calendar.timer(() -> times.add(calendar.now())));
    }
    for (int i = 0; i < 5000; i++) {
      Calendar.Timer timer = timers.get(random.nextInt(timers.size()));
      if (random.nextInt(4) == 0) {
        timer.cancel();
      } else {
        timer.set(calendar.now() + random.nextDouble());
      }
      calendar.runUntil(calendar.now() + random.nextDouble() / 100);
    }
    calendar.runOut();

    assertThat(times).hasSizeGreaterThan(1000).isSorted();
  }

  @Test
  void workThatSharesThreadsSlowsDownAlike() {
    Processor processor = new Processor(calendar, 2);
    Work one = work("one", processor, 2);
    Work other = work("other", processor, 2);
    one.begin(1);
    calendar.runUntil(0.5);
    other.begin(1);
    calendar.runUntil(1);

    assertThat(one.progress()).isCloseTo(0.75, within(1e-12));
    calendar.runUntil(1.5);
    assertThat(happened).containsExactly("one");
    calendar.runUntil(2);
    assertThat(happened).containsExactly("one", "other");
    calendar.runUntil(10);
    assertThat(processor.busySeconds()).isCloseTo(4, within(1e-12));
  }

  @Test
  void workThatIsEndedEarlyIsOverThen() {
    Processor processor = new Processor(calendar, 1);
    Work work = work("early", processor, 1);
    work.begin(10);
    calendar.runUntil(1);
    work.endAfter(2);
    calendar.runUntil(2);

    assertThat(happened).containsExactly("early");
    calendar.runUntil(9);
    assertThat(processor.busySeconds()).isCloseTo(2, within(1e-12));
  }

  private Work work(String name, Processor processor, int threads) {
    return new Work(processor, threads, () -> happened.add(name));
  }

  private Calendar.Timer at(String name, double time) {
    Calendar.Timer timer = calendar.timer(() -> happened.add(name));
    timer.set(time);
    return timer;
  }
}
