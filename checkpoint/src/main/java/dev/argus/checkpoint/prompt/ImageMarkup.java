package dev.argus.checkpoint.prompt;

import dev.argus.checkpoint.tiling.TilePlan;
import java.util.List;

/** What a model was taught to see around a picture's visual tokens. Stateless and thread-safe. */
public interface ImageMarkup {

  /**
   * The token that the chat template writes for a picture, and that holds a visual token's place.
   */
  String placeholder();

  /**
   * What stands for a picture, in order; a tile for each of the plan's. The first and the last
   * piece are markers, so that no token spans the picture's edge.
   */
  List<MarkupPiece> pieces(TilePlan plan);
}
