package dev.argus.preprocess.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.argus.base.digest.Digest;
import dev.argus.checkpoint.tiling.Size;
import dev.argus.checkpoint.tiling.TilePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What stands for the visual tokens of each tile, before any pixel is decoded.
 *
 * <p>A digest over all that decides them: the checkpoint, the picture's file, how it is cut, and
 * which of its tiles it is. Equal digests mean equal visual tokens. The same picture in two files
 * has different ones, which costs a cache hit and no more.
 */
final class SpanDigests {
  /** To be raised when the same file and plan begin to give other pixels. */
  private static final String VERSION = "argus-span-1";

  private SpanDigests() {}

  /**
   * One digest for each tile of all pictures, in order.
   *
   * @param fingerprint of the checkpoint
   * @param files the digest of each picture's file
   * @param plans how each picture is cut
   */
  static List<Digest> of(String fingerprint, List<Digest> files, List<TilePlan> plans) {
    List<Digest> spans = new ArrayList<>();
    for (int picture = 0; picture < files.size(); picture++) {
      TilePlan plan = plans.get(picture);
      String common =
          String.join(" ", VERSION, fingerprint, files.get(picture).toString(), cut(plan));
      for (int tile = 0; tile < plan.tiles(); tile++) {
        spans.add(Digest.of((common + " " + tile).getBytes(UTF_8)));
      }
    }
    return List.copyOf(spans);
  }

  private static String cut(TilePlan plan) {
    return "%s via %s into %dx%d %s of %d by %s"
        .formatted(
            pixels(plan.source()),
            plan.canvases().stream().map(SpanDigests::pixels).collect(Collectors.joining(",")),
            plan.columns(),
            plan.rows(),
            plan.overview(),
            plan.side(),
            plan.filter());
  }

  private static String pixels(Size size) {
    return size.width() + "x" + size.height();
  }
}
