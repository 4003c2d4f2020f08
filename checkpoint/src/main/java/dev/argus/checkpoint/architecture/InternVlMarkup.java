package dev.argus.checkpoint.architecture;

import dev.argus.checkpoint.prompt.ImageMarkup;
import dev.argus.checkpoint.prompt.MarkupPiece;
import dev.argus.checkpoint.tiling.TilePlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** InternVL's pictures in a prompt: all tiles in one run. */
record InternVlMarkup() implements ImageMarkup {
  /** Holds a visual token's place. */
  static final String PLACEHOLDER = "<IMG_CONTEXT>";

  @Override
  public String placeholder() {
    return PLACEHOLDER;
  }

  @Override
  public List<MarkupPiece> pieces(TilePlan plan) {
    List<MarkupPiece> pieces = new ArrayList<>();
    pieces.add(new MarkupPiece.Marker("<img>"));
    pieces.addAll(Collections.nCopies(plan.tiles(), new MarkupPiece.Tile()));
    pieces.add(new MarkupPiece.Marker("</img>"));
    return pieces;
  }
}
