package dev.argus.preprocess.core.tile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.checkpoint.tiling.Filter;
import dev.argus.checkpoint.tiling.Size;
import dev.argus.checkpoint.tiling.TilePlan;
import dev.argus.checkpoint.tiling.TilePlan.Overview;
import dev.argus.preprocess.core.image.Orientation;
import dev.argus.preprocess.core.image.Pixels;
import dev.argus.preprocess.core.image.RgbImage;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One pass gives what resize after resize gives, byte for byte. */
class BlockTilerTest {
  private static final Workers ALL_AT_ONCE =
      (pieces, work) -> {
        try (var threads = Executors.newFixedThreadPool(3)) {
          IntStream.range(0, pieces).forEach(piece -> threads.execute(() -> work.accept(piece)));
        }
        return new OneByOne(0, work);
      };

  private final Tilers tilers = new Tilers();

  static Stream<TilePlan> plans() {
    return Stream.of(
        // Up in both axes; down in both; one each; a second resize along y, along x, along both.
        plan(90, 70, 2, 3, Overview.FROM_CANVAS, 68, Filter.LANCZOS, new Size(204, 136)),
        plan(700, 500, 2, 3, Overview.FROM_CANVAS, 68, Filter.LANCZOS, new Size(204, 136)),
        plan(700, 50, 2, 3, Overview.FROM_CANVAS, 68, Filter.BICUBIC, new Size(204, 136)),
        plan(700, 500, 2, 3, Overview.FROM_CANVAS, 68, Filter.LANCZOS, s(204, 99), s(204, 136)),
        plan(70, 500, 2, 3, Overview.FROM_CANVAS, 68, Filter.LANCZOS, s(177, 136), s(204, 136)),
        plan(70, 60, 2, 3, Overview.FROM_CANVAS, 68, Filter.BILINEAR, s(81, 79), s(204, 136)),
        // Tiles of several blocks; edges that are no multiple of anything; no resize at all.
        plan(301, 407, 2, 1, Overview.FROM_CANVAS, 263, Filter.LANCZOS, new Size(263, 526)),
        plan(448, 448, 1, 1, Overview.NONE, 448, Filter.BICUBIC, new Size(448, 448)),
        plan(320, 160, 1, 2, Overview.FROM_CANVAS, 160, Filter.LANCZOS, new Size(320, 160)),
        // The overview from the source; none; nothing but the overview.
        plan(333, 222, 2, 3, Overview.FROM_SOURCE, 90, Filter.BICUBIC, new Size(270, 180)),
        plan(333, 222, 2, 3, Overview.NONE, 90, Filter.BICUBIC, new Size(270, 180)),
        plan(333, 222, 0, 0, Overview.FROM_CANVAS, 150, Filter.LANCZOS, s(300, 200), s(150, 150)),
        // More columns at once than a window holds, and a picture of one pixel.
        plan(3000, 40, 1, 1, Overview.FROM_SOURCE, 32, Filter.LANCZOS, new Size(32, 32)),
        plan(1, 1, 2, 2, Overview.FROM_CANVAS, 32, Filter.LANCZOS, new Size(64, 64)));
  }

  @ParameterizedTest
  @MethodSource("plans")
  void equalsResizeAfterResize(TilePlan plan) {
    RgbImage picture = noise(plan.source());

    List<Tile> expected = all(new StepwiseTiler(plan, picture));
    List<Tile> actual = all(open(plan, picture, Workers.ALONE));

    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      assertThat(actual.get(i).pixels()).isEqualTo(expected.get(i).pixels());
    }
  }

  @ParameterizedTest
  @MethodSource("plans")
  void doesNotDependOnThreads(TilePlan plan) {
    RgbImage picture = noise(plan.source());

    List<Tile> alone = all(open(plan, picture, Workers.ALONE));
    List<Tile> together = all(open(plan, picture, ALL_AT_ONCE));

    for (int i = 0; i < alone.size(); i++) {
      assertThat(together.get(i).pixels()).isEqualTo(alone.get(i).pixels());
    }
  }

  @ParameterizedTest
  @MethodSource("plans")
  void cutsTheRestWhenTheFirstTilesAreLeftOut(TilePlan plan) {
    RgbImage picture = noise(plan.source());
    List<Tile> expected = all(new StepwiseTiler(plan, picture));

    for (int skipped = 0; skipped <= plan.tiles(); skipped++) {
      Tiler tiler = open(plan, picture, Workers.ALONE);
      for (int i = 0; i < skipped; i++) {
        tiler.skip();
      }
      for (int i = skipped; i < plan.tiles(); i++) {
        assertThat(tiler.next().pixels()).isEqualTo(expected.get(i).pixels());
      }
      assertThat(tiler.hasNext()).isFalse();
      tiler.close();
    }
  }

  @ParameterizedTest
  @MethodSource("plansOfTurnedPictures")
  void cutsAheadOnlyWhatIsDecoded(TilePlan plan, Orientation orientation) {
    RgbImage picture = noise(orientation.apply(plan.source()));
    List<Tile> expected = all(new StepwiseTiler(plan, orientation.apply(picture)));
    byte[] decoded = new byte[picture.pixels().length];
    AtomicInteger rows = new AtomicInteger();
    Pixels growing =
        new Pixels(
            MemorySegment.ofArray(decoded),
            RgbImage.CHANNELS,
            picture.size(),
            orientation,
            rows::get,
            () -> {});
    List<Integer> ahead = new ArrayList<>();
    Tiler tiler = tilers.inOnePass(plan, growing, (_, work) -> new Obliging(work, ahead));

    tiler.cutAhead();
    assertThat(ahead).isEmpty();
    for (int row = 0; row < picture.height(); row++) {
      int from = picture.rowOffset(row);
      System.arraycopy(picture.pixels(), from, decoded, from, picture.rowOffset(1));
      rows.set(row + 1);
      tiler.cutAhead();
    }
    List<Tile> actual = all(tiler);

    assertThat(ahead).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(plan.rows());
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).pixels()).isEqualTo(expected.get(i).pixels());
    }
  }

  static Stream<Arguments> plansOfTurnedPictures() {
    return plans()
        .flatMap(plan ->
            Stream.of(Orientation.values()).map(orientation -> Arguments.of(plan, orientation)));
  }

  /** Does at once what it is invited to. */
  private record Obliging(IntConsumer work, List<Integer> done) implements Workers.Batch {
    @Override
    public void invite(int count) {
      await(count);
    }

    @Override
    public void await(int count) {
      for (int piece = done.size(); piece < count; piece++) {
        done.add(piece);
        work.accept(piece);
      }
    }

    @Override
    public Optional<Duration> awaitOthers(int count) {
      return Optional.empty();
    }

    @Override
    public void close() {}
  }

  @Test
  void leavesOutATileThatIsAlreadyCut() {
    TilePlan plan = plans().findFirst().orElseThrow();
    RgbImage picture = noise(plan.source());
    List<Tile> expected = all(new StepwiseTiler(plan, picture));
    Tiler tiler = open(plan, picture, Workers.ALONE);

    tiler.next();
    tiler.skip();

    assertThat(tiler.next().pixels()).isEqualTo(expected.get(2).pixels());
    tiler.close();
  }

  @Test
  void aTileThatIsCutAheadIsReady() {
    TilePlan plan = plans().findFirst().orElseThrow();
    RgbImage picture = noise(plan.source());
    Tiler alone = open(plan, picture, Workers.ALONE);
    Tiler together = open(plan, picture, ALL_AT_ONCE);

    alone.next();
    together.next();

    assertThat(alone.awaitReady()).isEmpty();
    assertThat(together.awaitReady()).isPresent();
    alone.close();
    together.close();
  }

  @Test
  void endsAfterTheLastTile() {
    TilePlan plan = plans().findFirst().orElseThrow();
    Tiler tiler = open(plan, noise(plan.source()), Workers.ALONE);
    all(tiler);

    assertThatThrownBy(tiler::next).isInstanceOf(NoSuchElementException.class);
    assertThatThrownBy(tiler::skip).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void refusesAPictureOfAnotherSize() {
    TilePlan plan = plans().findFirst().orElseThrow();

    assertThatThrownBy(() -> open(plan, noise(new Size(90, 71)), Workers.ALONE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private Tiler open(TilePlan plan, RgbImage picture, Workers workers) {
    return tilers.inOnePass(plan, Pixels.of(picture, Orientation.NONE), workers);
  }

  private static List<Tile> all(Tiler tiler) {
    try (tiler) {
      List<Tile> tiles = new ArrayList<>();
      tiler.forEachRemaining(tiles::add);
      return tiles;
    }
  }

  private static TilePlan plan(
      int width,
      int height,
      int rows,
      int columns,
      Overview overview,
      int side,
      Filter filter,
      Size... canvases) {
    return new TilePlan(
        new Size(width, height), List.of(canvases), rows, columns, overview, side, filter);
  }

  private static Size s(int width, int height) {
    return new Size(width, height);
  }

  /** Noise overshoots: every clip and every rounding is met. */
  private static RgbImage noise(Size size) {
    byte[] pixels = new byte[3 * size.width() * size.height()];
    Random random = new Random(5);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt(256) : 255 * (i / 7 % 2));
    }
    return new RgbImage(pixels, size.width(), size.height());
  }
}
