package dev.argus.preprocess.core.tile;

/**
 * Some columns of a {@link Layer}, row after row from top to bottom. Belongs to the thread that
 * opened it.
 */
@FunctionalInterface
interface Rows {
  /**
   * Computes the next rows.
   *
   * @param count not more than there are left
   * @param into gets column i of the j-th of them at {@code [j][i]}
   */
  void next(int count, int[][] into);
}
