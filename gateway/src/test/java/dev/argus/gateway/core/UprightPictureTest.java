package dev.argus.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.gateway.core.UprightPicture.Box;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UprightPictureTest {
  private static final RecursiveComparisonConfiguration NEARLY =
      RecursiveComparisonConfiguration.builder()
          .withComparatorForType(
              (a, b) -> Math.abs(a - b) < 1e-9 ? 0 : Double.compare(a, b), Double.class)
          .build();

  /**
   * The file stores 40 x 20 pixels, and something at (4, 2) to (8, 10) in it. What EXIF makes of
   * that corner is spelled out by hand for each value.
   */
  @ParameterizedTest
  @CsvSource({
    "1, 0.1, 0.1, 0.2, 0.5",
    "2, 0.8, 0.1, 0.9, 0.5",
    "3, 0.8, 0.5, 0.9, 0.9",
    "4, 0.1, 0.5, 0.2, 0.9",
    "5, 0.1, 0.1, 0.5, 0.2",
    "6, 0.5, 0.1, 0.9, 0.2",
    "7, 0.5, 0.8, 0.9, 0.9",
    "8, 0.1, 0.8, 0.5, 0.9"
  })
  void undoesTheTurn(int orientation, double left, double top, double right, double bottom) {
    boolean turned = orientation > 4;
    var picture = new UprightPicture(turned ? 20 : 40, turned ? 40 : 20, orientation);

    assertThat(picture.stored(new Box(left, top, right, bottom)))
        .usingRecursiveComparison(NEARLY)
        .isEqualTo(new Box(4, 2, 8, 10));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 9})
  void refusesAnOrientationThatExifDoesNotDefine(int orientation) {
    assertThatThrownBy(() -> new UprightPicture(1, 1, orientation))
        .hasMessageContaining("orientation " + orientation);
  }
}
