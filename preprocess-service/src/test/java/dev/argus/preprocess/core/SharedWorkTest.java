package dev.argus.preprocess.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SharedWorkTest {
  private final List<Integer> done = Collections.synchronizedList(new ArrayList<>());

  @Test
  void theOwnerDoesItAloneWhereNobodyHelps() {
    new SharedWork(5, done::add).finish();

    assertThat(done).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void aHelperThatComesTooLateFindsNothing() {
    SharedWork work = new SharedWork(3, done::add);
    work.finish();
    work.help();

    assertThat(done).containsExactly(0, 1, 2);
  }

  @Test
  void waitsForAPieceThatAHelperIsAt() throws Exception {
    var taken = new CountDownLatch(1);
    var gate = new CompletableFuture<Integer>();
    SharedWork work =
        new SharedWork(
            2,
            piece -> {
              if (piece == 0) {
                taken.countDown();
                done.add(gate.join());
              } else {
                gate.complete(100);
                done.add(piece);
              }
            });
    Thread helper = Thread.ofPlatform().start(work::help);
    taken.await();

    work.finish();

    assertThat(done).containsExactlyInAnyOrder(100, 1);
    helper.join();
  }

  @Test
  void throwsWhatAPieceThrewAndLeavesTheRest() {
    SharedWork work =
        new SharedWork(
            9,
            piece -> {
              done.add(piece);
              if (piece == 2) {
                throw new IllegalStateException("broken");
              }
            });

    assertThatThrownBy(work::finish).hasMessage("broken");
    assertThat(done).containsExactly(0, 1, 2);
  }

  @Test
  void callersWhoHoldAllThreadsOfAPoolDoNotWaitForEachOther() {
    try (var pool = new WorkPool(2, 8, Duration.ofSeconds(1))) {
      var callers =
          IntStream.range(0, 8)
              .mapToObj(i ->
                  pool.submit(() -> {
                    pool.together(10, done::add);
                    return i;
                  }))
              .toList();
      callers.forEach(WorkPool::await);
    }

    assertThat(done).hasSize(80);
  }
}
