package dev.argus.bench.preprocess;

import dev.argus.checkpoint.tiling.Detail;
import dev.argus.checkpoint.tiling.Filter;
import dev.argus.checkpoint.tiling.Idefics3Tiling;
import dev.argus.checkpoint.tiling.Size;
import dev.argus.checkpoint.tiling.TilePlan;
import java.nio.file.Path;

/**
 * A picture to be cut by SmolVLM's rules.
 *
 * @param file its JPEG file; not to be modified
 * @param path the same on disk
 */
@SuppressWarnings("ArrayRecordComponent") // Megabytes; never compared.
record Picture(Size size, byte[] file, Path path) {
  private static final Idefics3Tiling SMOLVLM =
      new Idefics3Tiling(2048, 512, /* split= */ true, Filter.LANCZOS);

  TilePlan plan() {
    return SMOLVLM.plan(size, Detail.AUTO);
  }
}
