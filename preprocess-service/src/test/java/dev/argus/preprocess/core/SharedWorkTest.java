package dev.argus.preprocess.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SharedWorkTest {
  private final List<Integer> done = Collections.synchronizedList(new ArrayList<>());

  @Test
  void theOwnerDoesItAloneWhereNobodyHelpsAndNoMoreThanItWaitsFor() {
    SharedWork work = work(5, done::add);

    work.await(3);
    assertThat(done).containsExactly(0, 1, 2);
    work.await(5);
    assertThat(done).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void aHelperThatComesTooLateFindsNothing() {
    SharedWork work = work(3, done::add);
    work.await(3);
    work.help(() -> false);

    assertThat(done).containsExactly(0, 1, 2);
  }

  @Test
  void aHelperWorksAheadUntilItHasSomethingElseToDo() {
    SharedWork work = work(9, done::add);

    work.help(() -> done.size() == 4);

    assertThat(done).containsExactly(0, 1, 2, 3);
    assertThat(work.left()).isEqualTo(5);
  }

  @Test
  void aHelperDoesAPieceThoughOtherWorkWaits() {
    SharedWork work = work(9, done::add);

    work.help(() -> true);

    assertThat(done).containsExactly(0);
  }

  @Test
  void helpersDoNoMoreThanTheyAreInvitedToUntilTheOwnerWaits() {
    List<Integer> left = new ArrayList<>();
    SharedWork work = new SharedWork(9, done::add, shared -> left.add(shared.left()));

    work.help(() -> false);
    assertThat(done).isEmpty();
    work.invite(4);
    work.invite(2);
    work.help(() -> false);
    assertThat(done).containsExactly(0, 1, 2, 3);
    work.await(1);
    work.help(() -> false);
    assertThat(done).hasSize(9);
    assertThat(left).containsExactly(4, 4, 5);
  }

  @Test
  void callsForHelpWheneverTheOwnerWaits() {
    List<Integer> left = new ArrayList<>();
    SharedWork work = new SharedWork(3, done::add, shared -> left.add(shared.left()));

    work.await(1);
    work.await(3);

    assertThat(left).containsExactly(3, 2);
  }

  @Test
  void closingWaitsForAPieceInProgressAndLeavesTheRest() throws Exception {
    var taken = new CountDownLatch(1);
    var gate = new CompletableFuture<Integer>();
    SharedWork work =
        work(
            2,
            _ -> {
              taken.countDown();
              done.add(gate.join());
            });
    Thread helper = Thread.ofPlatform().start(() -> work.help(() -> false));
    taken.await();
    Thread closer = Thread.ofPlatform().start(work::close);
    assertThat(closer.join(Duration.ofMillis(20))).isFalse();

    gate.complete(100);

    closer.join();
    helper.join();
    assertThat(done).containsExactly(100);
  }

  @Test
  void waitsForAPieceThatAHelperIsAt() throws Exception {
    var taken = new CountDownLatch(1);
    var gate = new CompletableFuture<Integer>();
    SharedWork work =
        work(
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
    Thread helper = Thread.ofPlatform().start(() -> work.help(() -> false));
    taken.await();

    work.await(2);

    assertThat(done).containsExactlyInAnyOrder(100, 1);
    helper.join();
  }

  @Test
  void waitsForOthersWhileThereAreSome() throws Exception {
    SharedWork work = work(2, done::add);
    assertThat(work.awaitOthers(1)).isEmpty();
    work.countHelpers(1);
    var waiting = CompletableFuture.supplyAsync(() -> work.awaitOthers(2));
    work.help(() -> done.size() == 1);
    assertThat(work.awaitOthers(1)).isPresent();
    assertThat(waiting).isNotDone();

    work.countHelpers(-1);

    assertThat(waiting.get()).isEmpty();
    assertThat(done).containsExactly(0);
  }

  @Test
  void throwsWhatAPieceThrewAndLeavesTheRest() {
    SharedWork work =
        work(
            9,
            piece -> {
              done.add(piece);
              if (piece == 2) {
                throw new IllegalStateException("broken");
              }
            });

    assertThatThrownBy(() -> work.await(9)).hasMessage("broken");
    assertThat(work.awaitOthers(9)).isEmpty();
    assertThat(done).containsExactly(0, 1, 2);
  }

  @Test
  void callersWhoHoldAllThreadsOfAPoolDoNotWaitForEachOther() {
    try (var pool = new WorkPool(2, 8 + WorkPool.mostCallsForHelp(2), Duration.ofSeconds(1))) {
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

  /** All of which may be done by helpers. */
  private static SharedWork work(int pieces, IntConsumer work) {
    SharedWork shared = new SharedWork(pieces, work, _ -> {});
    shared.invite(pieces);
    return shared;
  }
}
