package dev.argus.preprocess.core.tile;

/**
 * Rows of packed pixels turned into columns, and back: some columns at a time, so that what is read
 * of a row, or written to it, lies together.
 */
final class Turn {
  /** Columns at a time. */
  static final int TOGETHER = 8;

  private Turn() {}

  /**
   * Turns a rectangle into columns.
   *
   * @param left the column of {@code rows} that becomes {@code into[first]}
   */
  static void toColumns(int[][] rows, int left, int width, int height, int[][] into, int first) {
    int i = 0;
    for (; i + TOGETHER <= width; i += TOGETHER) {
      eightColumns(rows, left + i, height, into, first + i);
    }
    for (; i < width; i++) {
      int[] column = into[first + i];
      for (int j = 0; j < height; j++) {
        column[j] = rows[j][left + i];
      }
    }
  }

  private static void eightColumns(int[][] rows, int left, int height, int[][] into, int first) {
    int[] c0 = into[first];
    int[] c1 = into[first + 1];
    int[] c2 = into[first + 2];
    int[] c3 = into[first + 3];
    int[] c4 = into[first + 4];
    int[] c5 = into[first + 5];
    int[] c6 = into[first + 6];
    int[] c7 = into[first + 7];
    for (int j = 0; j < height; j++) {
      int[] row = rows[j];
      c0[j] = row[left];
      c1[j] = row[left + 1];
      c2[j] = row[left + 2];
      c3[j] = row[left + 3];
      c4[j] = row[left + 4];
      c5[j] = row[left + 5];
      c6[j] = row[left + 6];
      c7[j] = row[left + 7];
    }
  }

  /**
   * Turns columns back into rows.
   *
   * @param columns at most {@link #TOGETHER} of them
   * @param top the row of {@code into} that gets the first pixel of each
   * @param left the column of {@code into} that gets the first column
   */
  static void toRows(int[][] columns, int count, int height, int[][] into, int top, int left) {
    if (count == TOGETHER) {
      eightToRows(columns, height, into, top, left);
      return;
    }
    for (int j = 0; j < height; j++) {
      for (int k = 0; k < count; k++) {
        into[top + j][left + k] = columns[k][j];
      }
    }
  }

  private static void eightToRows(int[][] columns, int height, int[][] into, int top, int left) {
    int[] c0 = columns[0];
    int[] c1 = columns[1];
    int[] c2 = columns[2];
    int[] c3 = columns[3];
    int[] c4 = columns[4];
    int[] c5 = columns[5];
    int[] c6 = columns[6];
    int[] c7 = columns[7];
    for (int j = 0; j < height; j++) {
      int[] row = into[top + j];
      row[left] = c0[j];
      row[left + 1] = c1[j];
      row[left + 2] = c2[j];
      row[left + 3] = c3[j];
      row[left + 4] = c4[j];
      row[left + 5] = c5[j];
      row[left + 6] = c6[j];
      row[left + 7] = c7[j];
    }
  }
}
