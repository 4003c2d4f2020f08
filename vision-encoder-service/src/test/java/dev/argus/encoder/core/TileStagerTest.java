package dev.argus.encoder.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.base.failure.ModelFault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TileStagerTest {
  private final SteppedTower tower = new SteppedTower(3).staging();
  private final EncoderQueue queue =
      new EncoderQueue(
          "test", tower, "weights", new EncoderLimits(9, Duration.ofSeconds(20)), Optional.empty());
  private final RecordedStream first = new RecordedStream(queue);
  private final RecordedStream second = new RecordedStream(queue);

  @AfterEach
  void close() {
    tower.runFreely();
    queue.close();
  }

  @Test
  void stagesTheNextBatchWhileOneIsEncoded() {
    submitAndAwaitRun(1);
    first.submit(2);
    first.submit(3);
    first.submit(4);
    assertThat(List.of(tower.awaitStaged(), tower.awaitStaged(), tower.awaitStaged()))
        .containsExactly(2, 3, 4);

    second.submit(5); // Comes before 3 and 4, as streams take turns.
    assertThat(tower.awaitStaged()).isEqualTo(5);

    tower.finishRun();
    assertThat(tower.awaitRun()).containsExactly(2, 5, 3);
    assertThat(tower.awaitStaged()).isEqualTo(4);
    tower.finishRun();
    assertThat(tower.awaitRun()).containsExactly(4);
    assertThat(tower.stagedNoMore()).isTrue();
  }

  @Test
  void stagesNothingBeyondTheNextBatch() {
    submitAndAwaitRun(1);
    for (int tile = 2; tile <= 8; tile++) {
      first.submit(tile);
    }
    assertThat(List.of(tower.awaitStaged(), tower.awaitStaged(), tower.awaitStaged()))
        .containsExactly(2, 3, 4);
    first.submit(9); // Wakes it.
    assertThat(tower.stagedNoMore()).isTrue();

    tower.finishRun();
    tower.awaitRun();

    assertThat(tower.awaitStaged()).isEqualTo(5);
  }

  @Test
  void stagesTheNextTileWhereOneLeaves() {
    submitAndAwaitRun(1);
    second.submit(2);
    for (int tile = 3; tile <= 5; tile++) {
      first.submit(tile);
    }
    assertThat(List.of(tower.awaitStaged(), tower.awaitStaged(), tower.awaitStaged()))
        .containsExactly(2, 3, 4);

    second.lane.close();

    assertThat(tower.awaitStaged()).isEqualTo(5);
  }

  @Test
  void tilesAreEncodedWhereStagingFails() throws Exception {
    tower.failStaging(new ModelFault("no memory", null));
    submitAndAwaitRun(1);
    first.submit(2);
    tower.awaitStaged();
    first.submit(3);

    tower.finishRun();
    assertThat(tower.awaitRun()).containsExactly(2, 3);
    tower.finishRun();

    assertThat(List.of(first.next(), first.next(), first.next()))
        .containsExactly("1 = 1.0", "2 = 2.0", "3 = 3.0");
    assertThat(tower.stagedNoMore()).isTrue();
  }

  private void submitAndAwaitRun(int tile) {
    first.submit(tile);
    assertThat(tower.awaitRun()).containsExactly(tile);
  }
}
