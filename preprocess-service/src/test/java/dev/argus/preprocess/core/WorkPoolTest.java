package dev.argus.preprocess.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.Overloaded;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
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
}
