package dev.argus.bench.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class ScoreTest {
  private static final String RED = "red circle<loc_0><loc_0><loc_32><loc_32>";
  private static final String BLUE = "blue star<loc_40><loc_40><loc_60><loc_60>";

  @Test
  void wordsAreRightOrWrong() {
    assertThat(Score.of("There are two.", "There are two.")).isEqualTo(new Score(1, 1, 0, 0, 0));
    assertThat(Score.of("There are two.", "There are three.").exact()).isZero();
  }

  @Test
  void anObjectIsFoundByLabelAndHalfOfTheBox() {
    Score score = Score.of(RED + "; " + BLUE, "red circle<loc_0><loc_0><loc_32><loc_20>");

    assertThat(score.exact()).isZero();
    assertThat(score.objects()).isEqualTo(2);
    assertThat(score.found()).isEqualTo(1);
    assertThat(score.foundPercent()).isEqualTo(50);
    assertThat(score.meanOverlap()).isCloseTo(20.0 / 32, within(1e-9));
  }

  @Test
  void anObjectElsewhereOrOfAnotherNameIsNotFound() {
    assertThat(Score.of(RED, "red circle<loc_0><loc_0><loc_32><loc_15>").found()).isZero();
    assertThat(Score.of(RED, "red star<loc_0><loc_0><loc_32><loc_32>").found()).isZero();
  }

  @Test
  void aRegionCountsForOneObject() {
    assertThat(Score.of(RED + "; " + RED, RED).found()).isEqualTo(1);
    assertThat(Score.of(RED, RED + "; " + RED).found()).isEqualTo(1);
  }
}
