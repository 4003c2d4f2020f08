package dev.argus.preprocess.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.argus.base.timeline.Timeline;
import dev.argus.checkpoint.tiling.Detail;
import dev.argus.preprocess.core.image.ImageFile;
import dev.argus.preprocess.core.image.PictureDecoder;
import dev.argus.preprocess.core.image.Pixels;
import dev.argus.preprocess.core.image.UnreadableImage;
import dev.argus.testdata.Golden;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
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

  /** By then its upper tiles were cut out of what libjpeg-turbo wrote. */
  @Test
  void theTilesAreTheSameWhereAFaultIsFoundWhenMostIsDecoded() throws Exception {
    byte[] file = faultyAtTheEnd(Golden.bytes("images/08_photo_420_1024x768.jpg"));
    var picture = new Conversation.Picture(file, Detail.AUTO);

    assertThat(digests(picture, EnumSet.allOf(PreprocessRecipe.class)))
        .isEqualTo(digests(picture, Set.of()));
  }

  /** A file that libjpeg-turbo finds fault with and the JDK reads. */
  private static byte[] faultyAtTheEnd(byte[] sound) throws Exception {
    Random random = new Random(3);
    try (PictureDecoder decoder = PictureDecoder.fastest()) {
      assumeTrue(decoder.usesTurboJpeg(), "libturbojpeg is not installed");
      for (int i = 0; i < 100; i++) {
        byte[] faulty = sound.clone();
        for (int at = sound.length - 2_000; at < sound.length - 1_900; at++) {
          faulty[at] = (byte) random.nextInt(255);
        }
        if (isReadByTheJdk(faulty, decoder)) {
          return faulty;
        }
      }
    }
    throw new AssertionError("no such file in a hundred");
  }

  private static boolean isReadByTheJdk(byte[] file, PictureDecoder decoder) throws Exception {
    List<Pixels> shown = new ArrayList<>();
    try (Pixels decoded = decoder.decode(ImageFile.parse(file), shown::add)) {
      return !shown.remove(decoded);
    } catch (UnreadableImage e) {
      return false;
    } finally {
      shown.forEach(Pixels::close);
    }
  }

  private static List<String> digests(String picture, Set<PreprocessRecipe> recipes) {
    return digests(Fixtures.picture(picture, Detail.AUTO), recipes);
  }

  private static List<String> digests(Conversation.Picture picture, Set<PreprocessRecipe> recipes) {
    RecordingSink sink = new RecordingSink();
    var parallelism =
        new Parallelism(2, 2, 0, 256 << 20, Duration.ofSeconds(30), Duration.ofSeconds(1));
    try (var preprocessor = new Preprocessor(PreprocessLimits.defaults(), parallelism, recipes)) {
      preprocessor.preprocess(
          Fixtures.asks(picture, Fixtures.text("What is it?")), MODEL, Timeline.start(), sink);
    }
    return sink.digests();
  }
}
