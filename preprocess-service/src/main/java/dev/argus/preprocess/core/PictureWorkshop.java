package dev.argus.preprocess.core;

import dev.argus.checkpoint.tiling.TilePlan;
import dev.argus.preprocess.core.image.PictureDecoder;
import dev.argus.preprocess.core.image.Pixels;
import dev.argus.preprocess.core.tile.StepwiseTiler;
import dev.argus.preprocess.core.tile.Tiler;
import dev.argus.preprocess.core.tile.Tilers;
import dev.argus.preprocess.core.tile.Workers;
import java.util.Set;

/** From image files to tiles, by the recipes that are wanted. Thread-safe. */
final class PictureWorkshop implements AutoCloseable {
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
   * @return to be closed by the caller
   */
  Pixels decode(OpenedPicture picture) {
    return picture.decode(decoder);
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
