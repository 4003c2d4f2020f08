package dev.argus.checkpoint.prompt;

/** A piece of what stands for a picture in a prompt. */
public sealed interface MarkupPiece {

  /**
   * One special token.
   *
   * @param token as the vocabulary spells it
   */
  record Marker(String token) implements MarkupPiece {

    /**
     * The token that says where in the grid a tile is.
     *
     * @param row from 1
     * @param column from 1
     */
    public static Marker ofTile(int row, int column) {
      return new Marker("<row_" + row + "_col_" + column + ">");
    }
  }

  /** Ordinary text. Neighbours are tokenized together: two line breaks may be one token. */
  record Break(String text) implements MarkupPiece {}

  /** The places of one tile's visual tokens. */
  record Tile() implements MarkupPiece {}
}
