package dev.argus.encoder.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.base.digest.Digest;
import dev.argus.base.failure.ModelFault;
import dev.argus.base.tenant.Tenant;
import dev.argus.base.timeline.Activity;
import dev.argus.base.timeline.ActivityKind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tiles with the same pixels, at once and one after another. */
@Timeout(60)
class FeatureSharingTest {
  /** Occupies the tower while others gather. */
  private static final int FIRST = 9;

  private final SteppedTower tower = new SteppedTower(1);
  private final EncoderQueue queue = queue(tower);

  @AfterEach
  void close() {
    tower.runFreely();
    queue.close();
    assertThat(queue.queuedTiles()).isZero();
  }

  @Test
  void tenRequestsWithOnePictureEncodeItOnce() throws Exception {
    List<RecordedStream> streams =
        Stream.generate(() -> new RecordedStream(queue)).limit(10).toList();
    streams.getFirst().submit(1);
    assertThat(tower.awaitRun()).containsExactly(1);
    streams.subList(1, 10).forEach(stream -> stream.submit(1));

    tower.finishRun();

    assertThat(streams.getFirst().next()).isEqualTo("1 = 1.0");
    for (RecordedStream stream : streams.subList(1, 10)) {
      assertThat(stream.next()).isEqualTo("1 reused 1.0");
    }
    encodesNext(2);
  }

  @Test
  void whatWasEncodedOnceIsAnsweredAtOnce() throws Exception {
    encode(new RecordedStream(queue), 1);

    RecordedStream again = new RecordedStream(queue);
    again.submit(1);

    assertThat(again.next()).isEqualTo("1 reused 1.0");
    assertThat(again.timeline.activities()).isEmpty();
    encodesNext(2);
  }

  @Test
  void tenantsShareNothing() throws Exception {
    RecordedStream here = new RecordedStream(queue, new Tenant("here"));
    RecordedStream there = new RecordedStream(queue, new Tenant("there"));

    encode(here, 1);
    encode(there, 1);
  }

  @Test
  void whoeverBeganMayLeave() throws Exception {
    RecordedStream leaving = new RecordedStream(queue);
    RecordedStream staying = new RecordedStream(queue);
    leaving.submit(1);
    tower.awaitRun();
    staying.submit(1);

    leaving.lane.close();
    tower.finishRun();

    assertThat(staying.next()).isEqualTo("1 reused 1.0");
    assertThat(leaving.heard).isEmpty();
  }

  @Test
  void whoeverWaitsLongestMayLeave() throws Exception {
    RecordedStream leaving = new RecordedStream(queue);
    RecordedStream staying = new RecordedStream(queue);
    leaving.submit(FIRST);
    tower.awaitRun();
    leaving.submit(1);
    staying.submit(1);

    leaving.lane.close();
    tower.finishRun();

    assertThat(tower.awaitRun()).containsExactly(1);
    tower.finishRun();
    assertThat(staying.next()).isEqualTo("1 = 1.0");
  }

  @Test
  void aFailureIsNotShared() throws Exception {
    RecordedStream unlucky = new RecordedStream(queue);
    RecordedStream waiting = new RecordedStream(queue);
    unlucky.submit(1);
    tower.awaitRun();
    waiting.submit(1);

    tower.failRun(new ModelFault("out of memory", null));

    assertThat(unlucky.next()).isEqualTo("failed: out of memory");
    assertThat(tower.awaitRun()).containsExactly(1);
    tower.finishRun();
    assertThat(waiting.next()).isEqualTo("1 = 1.0");
  }

  @Test
  void nobodyWaitsLongerForHavingCompany() throws Exception {
    RecordedStream many = new RecordedStream(queue);
    RecordedStream one = new RecordedStream(queue);
    many.submit(FIRST);
    tower.awaitRun();
    for (int tile = 1; tile <= 4; tile++) {
      many.submit(tile);
    }
    one.submit(4);
    tower.finishRun();

    assertThat(tower.awaitRun()).containsExactly(1);
    tower.finishRun();
    assertThat(tower.awaitRun()).containsExactly(4);
    tower.finishRun();
    assertThat(one.next()).isEqualTo("4 = 4.0");
    assertThat(tower.awaitRun()).containsExactly(2);
    tower.finishRun();
    assertThat(tower.awaitRun()).containsExactly(3);
    tower.finishRun();
    assertThat(many.next()).isEqualTo("9 = 9.0");
    assertThat(many.next()).isEqualTo("1 = 1.0");
    assertThat(many.next()).isEqualTo("4 reused 4.0");
  }

  @Test
  void aBatchHoldsATileOnce() throws Exception {
    SteppedTower wide = new SteppedTower(3);
    try (EncoderQueue batching = queue(wide)) {
      RecordedStream first = new RecordedStream(batching);
      RecordedStream second = new RecordedStream(batching);
      first.submit(FIRST);
      wide.awaitRun();
      first.submit(1);
      first.submit(2);
      second.submit(1);
      second.submit(3);
      wide.finishRun();

      assertThat(wide.awaitRun()).containsExactly(1, 2, 3);
      wide.finishRun();

      assertThat(second.next()).isEqualTo("3 = 3.0");
      assertThat(second.next()).isEqualTo("1 reused 1.0");
      assertThat(second.batches).containsExactly("1 of 3");
    }
  }

  @Test
  void oneStreamSharesWithItself() throws Exception {
    RecordedStream stream = new RecordedStream(queue);
    stream.submit(FIRST);
    tower.awaitRun();
    stream.submit(1);
    stream.lane.submit(2, Digest.of(SteppedTower.tile(1)), SteppedTower.tile(1));
    tower.finishRun();
    tower.awaitRun();
    tower.finishRun();

    assertThat(List.of(stream.next(), stream.next(), stream.next()))
        .containsExactly("9 = 9.0", "1 = 1.0", "2 reused 1.0");
  }

  @Test
  void waitingForAnothersTileIsOnTheTimeline() throws Exception {
    RecordedStream first = new RecordedStream(queue);
    RecordedStream second = new RecordedStream(queue);
    first.submit(1);
    tower.awaitRun();
    second.clock.set(5);
    second.submit(1);
    second.clock.set(30);

    tower.finishRun();

    assertThat(second.next()).isEqualTo("1 reused 1.0");
    assertThat(second.timeline.activities())
        .containsExactly(new Activity(ActivityKind.QUEUE, 5, 25, 1));
  }

  private void encode(RecordedStream stream, int tile) throws InterruptedException {
    stream.submit(tile);
    assertThat(tower.awaitRun()).containsExactly(tile);
    tower.finishRun();
    assertThat(stream.next()).isEqualTo(tile + " = " + tile + ".0");
  }

  /** Nothing else was in the queue. */
  private void encodesNext(int tile) throws InterruptedException {
    encode(new RecordedStream(queue), tile);
  }

  private static EncoderQueue queue(VisionTower tower) {
    return new EncoderQueue(
        "test",
        tower,
        "weights",
        new EncoderLimits(20, Duration.ofSeconds(20)),
        Optional.of(new FeatureCache(1 << 20)));
  }
}
