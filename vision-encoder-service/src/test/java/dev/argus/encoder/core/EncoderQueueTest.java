package dev.argus.encoder.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.argus.base.failure.ModelFault;
import dev.argus.base.failure.Overloaded;
import dev.argus.base.timeline.Activity;
import dev.argus.base.timeline.ActivityKind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EncoderQueueTest {
  private final SteppedTower tower = new SteppedTower(3);
  private final EncoderQueue queue =
      new EncoderQueue(
          "test", tower, "weights", new EncoderLimits(6, Duration.ofSeconds(20)), Optional.empty());

  @AfterEach
  void everyTileIsGoneAndTheTowerIsClosed() {
    tower.runFreely();
    queue.close();
    assertThat(queue.queuedTiles()).isZero();
    assertThat(tower.isClosed()).isTrue();
  }

  @Test
  void aLoneTileWaitsForNobody() throws Exception {
    RecordedStream stream = new RecordedStream(queue);
    stream.submit(7);

    assertThat(tower.awaitRun()).containsExactly(7);
    tower.finishRun();
    assertThat(stream.next()).isEqualTo("7 = 7.0");
  }

  @Test
  void tilesGatherWhileOneIsEncodedAndStreamsTakeTurns() throws Exception {
    RecordedStream first = new RecordedStream(queue);
    RecordedStream second = new RecordedStream(queue);
    assertThat(queue.load()).isZero();
    first.submit(1);
    assertThat(tower.awaitRun()).containsExactly(1);
    assertThat(queue.load()).isEqualTo(1);
    first.submit(2);
    first.submit(3);
    first.submit(4);
    second.submit(5);
    assertThat(queue.queuedTiles()).isEqualTo(4);
    assertThat(queue.load()).isEqualTo(2);

    tower.finishRun();
    assertThat(tower.awaitRun()).containsExactly(2, 5, 3);
    tower.finishRun();
    assertThat(tower.awaitRun()).containsExactly(4);
    assertThat(queue.load()).isEqualTo(1);
    tower.finishRun();

    assertThat(second.next()).isEqualTo("5 = 5.0");
    assertThat(List.of(first.next(), first.next(), first.next(), first.next()))
        .containsExactly("1 = 1.0", "2 = 2.0", "3 = 3.0", "4 = 4.0");
    assertThat(first.batches).containsExactly("1 of 1", "2 of 3", "1 of 1");
    assertThat(second.batches).containsExactly("1 of 3");
    assertThat(List.of(first.runsShared, second.runsShared)).containsExactly(1, 1);
  }

  @Test
  void refusesWhatGoesBeyondTheQueueAndSaysWhenToComeBack() {
    RecordedStream stream = new RecordedStream(queue);
    stream.submit(0);
    tower.awaitRun();
    for (int tile = 1; tile <= 6; tile++) {
      stream.submit(tile);
    }

    assertThatExceptionOfType(Overloaded.class)
        .isThrownBy(() -> stream.submit(7))
        .withMessageContaining("queue of 6 tiles is full")
        .satisfies(refusal -> assertThat(refusal.retryAfter()).isPositive());
  }

  @Test
  void aStreamThatLeavesTakesItsTilesAlong() throws Exception {
    RecordedStream leaving = new RecordedStream(queue);
    RecordedStream staying = new RecordedStream(queue);
    leaving.submit(1);
    tower.awaitRun();
    leaving.submit(2);
    staying.submit(3);

    leaving.lane.close();
    assertThat(queue.queuedTiles()).isEqualTo(1);
    tower.finishRun();

    assertThat(tower.awaitRun()).containsExactly(3);
    tower.finishRun();
    assertThat(staying.next()).isEqualTo("3 = 3.0");
    assertThat(leaving.heard).isEmpty();
    leaving.submit(4);
    assertThat(queue.queuedTiles()).isZero();
  }

  @Test
  void aRunThatFailsEndsTheStreamsInItAndNoOthers() throws Exception {
    RecordedStream first = new RecordedStream(queue);
    RecordedStream second = new RecordedStream(queue);
    first.submit(1);
    tower.awaitRun();
    first.submit(2);
    second.submit(3);

    tower.failRun(new ModelFault("out of memory", null));

    assertThat(first.next()).isEqualTo("failed: out of memory");
    assertThat(tower.awaitRun()).containsExactly(3);
    tower.finishRun();
    assertThat(second.next()).isEqualTo("3 = 3.0");
    assertThat(first.heard).isEmpty();
    assertThat(first.runsOpen).isZero();
  }

  @Test
  void aListenerThatThrowsEndsItsOwnStreamOnce() throws Exception {
    RecordedStream careless = new RecordedStream(queue);
    RecordedStream careful = new RecordedStream(queue);
    careful.submit(1);
    tower.awaitRun();
    careless.throwing = true;
    careless.submit(2);
    careful.submit(3);
    tower.finishRun();
    assertThat(tower.awaitRun()).containsExactly(2, 3);

    tower.finishRun();

    assertThat(List.of(careful.next(), careful.next())).containsExactly("1 = 1.0", "3 = 3.0");
    assertThat(careless.next()).isEqualTo("failed: careless");
    assertThat(careless.heard).isEmpty();
    assertThat(careless.runsEnded).isEqualTo(1);
  }

  @Test
  void aListenerThatThrowsAtTheBeginningEndsTheRun() throws Exception {
    RecordedStream careless = new RecordedStream(queue);
    careless.throwing = true;
    careless.throwingAtOnce = true;
    careless.submit(1);
    assertThat(careless.next()).isEqualTo("failed: careless");

    RecordedStream next = new RecordedStream(queue);
    next.submit(2);
    assertThat(tower.awaitRun()).containsExactly(2);
    tower.finishRun();
    assertThat(next.next()).isEqualTo("2 = 2.0");
  }

  @Test
  void waitingAndEncodingAreOnTheStreamsTimeline() throws Exception {
    RecordedStream stream = new RecordedStream(queue);
    stream.submit(1);
    tower.awaitRun();
    stream.clock.set(5);
    stream.submit(2);
    stream.submit(3);
    stream.clock.set(30);
    tower.finishRun();
    tower.awaitRun();
    stream.clock.set(70);
    tower.finishRun();
    for (int tile = 1; tile <= 3; tile++) {
      stream.next();
    }

    assertThat(stream.timeline.activities())
        .containsExactly(
            new Activity(ActivityKind.QUEUE, 0, 0, 1),
            new Activity(ActivityKind.ENCODE, 0, 30, 1),
            new Activity(ActivityKind.QUEUE, 5, 25, 1),
            new Activity(ActivityKind.ENCODE, 30, 40, 2));
  }

  @Test
  void closingEncodesWhatIsQueuedAndRefusesTheRest() throws Exception {
    RecordedStream stream = new RecordedStream(queue);
    stream.submit(1);
    tower.awaitRun();
    stream.submit(2);
    Thread closer = Thread.ofVirtual().start(queue::close);
    awaitDraining(closer);
    assertThatExceptionOfType(Overloaded.class).isThrownBy(() -> stream.submit(3));

    tower.finishRun();
    assertThat(tower.awaitRun()).containsExactly(2);
    tower.finishRun();
    closer.join();

    assertThat(stream.next()).isEqualTo("1 = 1.0");
    assertThat(stream.next()).isEqualTo("2 = 2.0");
    assertThat(tower.isClosed()).isTrue();
  }

  @Test
  void closingGivesUpWhatTheDrainLimitLeaves() throws Exception {
    SteppedTower slow = new SteppedTower(1);
    EncoderQueue hurried =
        new EncoderQueue(
            "hurried", slow, "weights", new EncoderLimits(6, Duration.ZERO), Optional.empty());
    RecordedStream running = new RecordedStream(hurried);
    RecordedStream waiting = new RecordedStream(hurried);
    running.submit(1);
    slow.awaitRun();
    waiting.submit(2);
    Thread closer = Thread.ofVirtual().start(hurried::close);

    assertThat(waiting.next()).startsWith("failed: ").contains("shut down");
    slow.finishRun();
    closer.join();

    assertThat(running.next()).isEqualTo("1 = 1.0");
    assertThat(slow.isClosed()).isTrue();
  }

  /** It waits with a limit for one thing only: that the queue is empty. */
  private static void awaitDraining(Thread closer) {
    while (closer.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
  }
}
