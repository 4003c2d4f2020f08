package dev.argus.runtime.capi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class DriverCallsTest {
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final DriverCalls calls = new DriverCalls.Guarded(lock);
  private final List<String> ended = new CopyOnWriteArrayList<>();

  @Test
  void aCallAloneWaitsForTheOthersAndTheyForIt() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(2);
    CountDownLatch mayEnd = new CountDownLatch(1);
    Thread one = Thread.startVirtualThread(() -> calls.together(() -> wait(begun, mayEnd, "one")));
    Thread two = Thread.startVirtualThread(() -> calls.together(() -> wait(begun, mayEnd, "two")));
    begun.await();
    Thread alone = Thread.startVirtualThread(() -> calls.alone(() -> ended.add("alone")));
    awaitQueued(alone);
    Thread late = Thread.startVirtualThread(() -> calls.together(() -> ended.add("late")));
    awaitQueued(late);

    mayEnd.countDown();
    for (Thread thread : List.of(one, two, alone, late)) {
      thread.join();
    }

    assertThat(ended.subList(0, 2)).containsExactlyInAnyOrder("one", "two");
    assertThat(ended.subList(2, 4)).containsExactly("alone", "late");
  }

  private void wait(CountDownLatch begun, CountDownLatch mayEnd, String name) {
    begun.countDown();
    try {
      mayEnd.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    ended.add(name);
  }

  private void awaitQueued(Thread thread) {
    while (!lock.hasQueuedThread(thread)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aCallMayBeWithinOneAlone() {
    calls.alone(() -> calls.together(() -> ended.add("within")));

    assertThat(ended).containsExactly("within");
    assertThat(lock.isWriteLocked()).isFalse();
    assertThat(lock.getReadLockCount()).isZero();
  }

  @Test
  void aCallThatFailsLetsOthersCall() throws InterruptedException {
    try {
      calls.alone(() -> {
        throw new OrtFault(1, "broken");
      });
    } catch (OrtFault expected) {
      ended.add("failed");
    }

    Thread other = Thread.startVirtualThread(() -> calls.alone(() -> ended.add("other")));
    other.join();

    assertThat(ended).containsExactly("failed", "other");
  }
}
