package dev.argus.preprocess.core;

import dev.argus.checkpoint.tiling.TilePlan;
import dev.argus.preprocess.core.image.PictureDecoder;
import dev.argus.preprocess.core.image.Pixels;
import dev.argus.preprocess.core.tile.StepwiseTiler;
import dev.argus.preprocess.core.tile.Tiler;
import dev.argus.preprocess.core.tile.Tilers;
import dev.argus.preprocess.core.tile.Workers;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/** From image files to tiles, by the recipes that are wanted. Thread-safe. */
final class PictureWorkshop implements AutoCloseable {
  private static final Set<PreprocessRecipe> CUTTING_AHEAD =
      EnumSet.of(
          PreprocessRecipe.ONE_PASS,
          PreprocessRecipe.PARALLEL_BLOCKS,
          PreprocessRecipe.EARLY_BLOCKS);

  private final Set<PreprocessRecipe> recipes;
  private final PictureDecoder decoder;
  private final Tilers tilers = new Tilers();
  private final Workers workers;

  PictureWorkshop(Set<PreprocessRecipe> recipes, Workers pool) {
    this.recipes = Set.copyOf(recipes);
    this.decoder =
        recipes.contains(PreprocessRecipe.TURBO_JPEG)
            ? PictureDecoder.fastest()
            : PictureDecoder.portable();
    this.workers = recipes.contains(PreprocessRecipe.PARALLEL_BLOCKS) ? pool : Workers.ALONE;
  }

  /** Whether JPEG files are decoded by libjpeg-turbo. */
  boolean usesTurboJpeg() {
    return decoder.usesTurboJpeg();
  }

  /**
   * Decodes a picture.
   *
   * @param begun gets the picture, to be closed by the caller, when its rows begin to appear, where
   *     they can be cut already. If another is returned, or none, that one is worth nothing
   * @return to be closed by the caller, once
   */
  Pixels decode(OpenedPicture picture, Consumer<Pixels> begun) {
    return picture.decode(
        recipes.containsAll(CUTTING_AHEAD) ? file -> decoder.decode(file, begun) : decoder::decode);
  }

  /**
   * Begins to cut a picture.
   *
   * @param picture to stay open as long as the tiler is used
   * @return to be closed by the caller; to be used on the pool's threads
   */
  Tiler cut(TilePlan plan, Pixels picture) {
    return recipes.contains(PreprocessRecipe.ONE_PASS)
        ? tilers.inOnePass(plan, picture, workers)
        : new StepwiseTiler(plan, picture.toRgbImage());
  }

  /** Frees the memory that is kept for the next picture. */
  @Override
  public void close() {
    decoder.close();
  }
}
