package dev.argus.preprocess.core.tile;

/**
 * Some rows of a {@link Cell}: what one thread computes at a time.
 *
 * @param tile of the grid, which the cell becomes; {@link #NO_TILE} where only the overview is made
 *     of it
 * @param area of the canvas
 * @param rowsStored how many rows of the stored picture, from the top, hold what it is made of
 */
record Block(Cell cell, int tile, Area area, int rowsStored) {
  static final int NO_TILE = -1;
}
