package dev.argus.preprocess.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.base.timeline.Timeline;
import dev.argus.checkpoint.tiling.Detail;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recipes change how long it takes, and nothing else. */
class RecipesTest {
  private static final ServedModel MODEL = Fixtures.model("tiny-idefics3-512");

  @ParameterizedTest
  @ValueSource(strings = {"07_exif6_480x320.jpg", "x5_cmyk_120x80.jpg", "x7_exif5_48x32.jpg"})
  void theTilesAreTheSameWhicheverAreThere(String picture) {
    List<String> plain = digests(picture, Set.of());

    for (PreprocessRecipe recipe : PreprocessRecipe.values()) {
      assertThat(digests(picture, Set.of(recipe))).isEqualTo(plain);
      assertThat(digests(picture, EnumSet.complementOf(EnumSet.of(recipe)))).isEqualTo(plain);
    }
  }

  private static List<String> digests(String picture, Set<PreprocessRecipe> recipes) {
    RecordingSink sink = new RecordingSink();
    var parallelism =
        new Parallelism(2, 2, 0, 256 << 20, Duration.ofSeconds(30), Duration.ofSeconds(1));
    try (var preprocessor = new Preprocessor(PreprocessLimits.defaults(), parallelism, recipes)) {
      preprocessor.preprocess(
          Fixtures.asks(Fixtures.picture(picture, Detail.AUTO), Fixtures.text("What is it?")),
          MODEL,
          Timeline.start(),
          sink);
    }
    return sink.digests();
  }
}
