package dev.argus.preprocess.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.Overloaded;
import dev.argus.preprocess.core.tile.Workers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkPoolTest {
  private static final Duration RETRY = Duration.ofSeconds(3);

  @Test
  void aFullQueueIsNoShutdown() {
    var gate = new CompletableFuture<String>();
    try (var pool = new WorkPool(1, 1, RETRY)) {
      var running = pool.submit(gate::join);
      var waiting = pool.submit(() -> "waited");
      assertThat(pool.load()).isEqualTo(2);
      assertThat(pool.waiting()).isEqualTo(1);

      assertThatThrownBy(() -> pool.submit(() -> "refused"))
          .isInstanceOfSatisfying(
              Overloaded.class, full -> assertThat(full.retryAfter()).isEqualTo(RETRY));

      gate.complete("ran");
      assertThat(WorkPool.await(running)).isEqualTo("ran");
      assertThat(WorkPool.await(waiting)).isEqualTo("waited");
    }
  }

  @Test
  void aClosedPoolSaysSo() {
    var pool = new WorkPool(1, 1, RETRY);
    pool.close();

    assertThatThrownBy(() -> pool.submit(() -> "late")).isInstanceOf(Cancelled.class);
  }

  @Test
  void aThreadThatWorksAheadLeavesWhenOtherWorkWaits() throws Exception {
    var done = new AtomicInteger();
    var ahead = new CountDownLatch(1);
    var otherWaits = new CompletableFuture<Boolean>();
    try (var pool = new WorkPool(1, 2, RETRY)) {
      var first =
          pool.submit(() -> {
            Workers.Batch batch =
                pool.begin(
                    9,
                    piece -> {
                      if (piece == 1) {
                        ahead.countDown();
                        assertThat(otherWaits.join()).isTrue();
                      }
                      done.incrementAndGet();
                    });
            batch.await(1);
            return batch;
          });
      WorkPool.await(first);
      ahead.await();
      assertThat(pool.waiting()).isZero();
      var other = pool.submit(done::get);
      otherWaits.complete(true);

      assertThat(WorkPool.await(other)).isEqualTo(2);
      WorkPool.await(first).close();
    }
  }
}
