package dev.argus.checkpoint.prompt;

/** A piece of what stands for a picture in a prompt. */
public sealed interface MarkupPiece {

  /**
   * One special token.
   *
   * @param token as the vocabulary spells it
   */
  record Marker(String token) implements MarkupPiece {}

  /**
   * Says which tile follows: one special token, or ordinary text for a model whose vocabulary has a
   * token for no place.
   *
   * @param text as the vocabulary spells the token
   */
  record Place(String text) implements MarkupPiece {
    /** The first tile of a grid; a vocabulary that has tokens for places has this one. */
    static final Place FIRST = ofTile(1, 1);

    /** The whole picture. */
    public static final Place WHOLE = new Place("<global-img>");

    /**
     * A tile in a grid.
     *
     * @param row from 1
     * @param column from 1
     */
    public static Place ofTile(int row, int column) {
      return new Place("<row_" + row + "_col_" + column + ">");
    }
  }

  /** Ordinary text. Neighbours are tokenized together: two line breaks may be one token. */
  record Break(String text) implements MarkupPiece {}

  /** The places of one tile's visual tokens. */
  record Tile() implements MarkupPiece {}
}
