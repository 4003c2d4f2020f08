package dev.argus.bench.serve.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.bench.serve.endpoint.Endpoint;
import dev.argus.bench.serve.endpoint.Question;
import dev.argus.bench.serve.endpoint.Reply;
import dev.argus.bench.serve.endpoint.RequestFailed;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LoadTest {
  private static final Reply REPLY = new Reply(OptionalInt.of(7), OptionalInt.of(3), Map.of());

  private final AtomicInteger told = new AtomicInteger();

  @Test
  void aClosedLoopKeepsAsManyRequestsGoingAsItWasTold() throws InterruptedException {
    // Nobody is answered before there are three; a fourth would break into the next three.
    CyclicBarrier three = new CyclicBarrier(3);
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();

    Run run =
        run(
            new Pace.Closed(3),
            9,
            heard -> {
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              meet(three);
              heard.run();
              now.decrementAndGet();
              return REPLY;
            });

    assertThat(run.answered()).hasSize(9);
    assertThat(run.wholly()).isTrue();
    assertThat(most).hasValue(3);
    assertThat(told).hasValue(9);
  }

  @Test
  void anOpenLoopDoesNotWaitForAnswers() throws InterruptedException {
    CyclicBarrier all = new CyclicBarrier(20);

    Run run =
        run(
            open(1000, OptionalInt.empty()),
            20,
            heard -> {
              heard.run();
              meet(all);
              return REPLY;
            });

    assertThat(run.answered()).hasSize(20);
  }

  @Test
  void waitingForATurnAtTheClientCounts() throws InterruptedException {
    AtomicInteger number = new AtomicInteger();

    // All are to be sent within 10 ms, but the first holds the only place for 200 ms.
    Run run =
        run(
            open(1000, OptionalInt.of(1)),
            10,
            heard -> {
              if (number.getAndIncrement() == 0) {
                assertThat(new CountDownLatch(1).await(200, TimeUnit.MILLISECONDS)).isFalse();
              }
              heard.run();
              return REPLY;
            });

    assertThat(run.answered())
        .hasSize(10)
        .allSatisfy(answer -> {
          assertThat(answer.timing().intended()).isBetween(0L, 10_000_000L);
          assertThat(answer.timing().ttftMillis()).isGreaterThan(150);
          assertThat(answer.timing().endToEndMillis()).isGreaterThan(150);
        });
    assertThat(run.answered())
        .filteredOn(answer -> answer.timing().lagMillis() > 150)
        .as("sent late, because the first held the place")
        .hasSize(9);
  }

  @Test
  void everyFailureIsCountedAndNoneEndsTheRun() throws InterruptedException {
    AtomicInteger number = new AtomicInteger();

    Run run =
        run(
            new Pace.Closed(2),
            8,
            heard ->
                switch (number.getAndIncrement() % 4) {
                  case 0 -> throw new RequestFailed("HTTP 429", "too many");
                  case 1 -> throw new IllegalStateException("a fault");
                  case 2 -> REPLY;
                  default -> {
                    heard.run();
                    yield REPLY;
                  }
                });

    assertThat(run.answered()).hasSize(2);
    assertThat(run.failed())
        .extracting(Outcome.Failed::kind)
        .containsExactlyInAnyOrder(
            "HTTP 429",
            "HTTP 429",
            "IllegalStateException",
            "IllegalStateException",
            "no tokens",
            "no tokens");
    assertThat(run.wholly()).isTrue();
  }

  @Test
  void countsPiecesWhereTheServerDoesNotCountTokens() throws InterruptedException {
    Run run =
        run(
            new Pace.Closed(1),
            1,
            heard -> {
              heard.run();
              heard.run();
              return new Reply(OptionalInt.empty(), OptionalInt.empty(), Map.of());
            });

    assertThat(run.answered().getFirst().outputTokens()).isEqualTo(2);
    assertThat(run.answered().getFirst().promptTokens()).isZero();
  }

  @Test
  void stoppingGivesUpWhatIsGoingOnAndKeepsWhatHasEnded() throws InterruptedException {
    stops(new Pace.Closed(2));
  }

  @Test
  void stoppingAnOpenLoopGivesUpThoseThatWaitForAPlaceToo() throws InterruptedException {
    stops(open(1000, OptionalInt.of(2)));
  }

  private void stops(Pace pace) throws InterruptedException {
    AtomicInteger number = new AtomicInteger();
    CountDownLatch underWay = new CountDownLatch(2);
    CountDownLatch never = new CountDownLatch(1);
    Load load =
        new Load(
            new FakeEndpoint(heard -> {
              if (number.getAndIncrement() >= 3) {
                underWay.countDown();
                never.await();
              }
              heard.run();
              return REPLY;
            }));
    Thread.ofVirtual()
        .start(() -> {
          try {
            underWay.await();
            load.stop();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });

    Run run = load.run(pace, questions(10), 0, told::incrementAndGet);

    assertThat(run.answered()).hasSize(3);
    assertThat(run.failed()).isEmpty();
    assertThat(run.wholly()).isFalse();
    assertThat(load.isStopped()).isTrue();
    // Nothing is sent any more.
    assertThat(load.run(pace, questions(4), 0, () -> {}).answered()).isEmpty();
    assertThat(number).hasValue(5);
  }

  private Run run(Pace pace, int requests, Endpoint.Call call) throws InterruptedException {
    return new Load(new FakeEndpoint(call))
        .run(pace, questions(requests), 0, told::incrementAndGet);
  }

  private static List<Question> questions(int number) {
    return Collections.nCopies(number, new Question(List.of(), "?", 3, true));
  }

  private static Pace.Open open(double rate, OptionalInt most) {
    return new Pace.Open(rate, 1, most);
  }

  private static void meet(CyclicBarrier barrier) throws InterruptedException {
    try {
      barrier.await();
    } catch (BrokenBarrierException e) {
      throw new AssertionError(e);
    }
  }

  private record FakeEndpoint(Call call) implements Endpoint {
    @Override
    public String model() {
      return "fake";
    }

    @Override
    public Call prepare(Question question) {
      return call;
    }

    @Override
    public void close() {}
  }
}
