package dev.argus.checkpoint.graph;

import java.io.IOException;

/** Cuts values that arrive in pieces of any length into a matrix's rows. Not thread-safe. */
final class Rows implements FloatSink {
  private final float[] row;
  private final Visitor visitor;
  private int filled;
  private int index;

  /** Takes rows in order. */
  @FunctionalInterface
  interface Visitor {

    /** Takes a row, which is overwritten afterwards. */
    void visit(int index, float[] row) throws IOException;
  }

  private Rows(int length, Visitor visitor) {
    this.row = new float[length];
    this.visitor = visitor;
  }

  /**
   * Shows a visitor every row.
   *
   * @param matrix its innermost dimension is a row's length
   */
  static void of(FloatValues matrix, Visitor visitor) throws IOException {
    matrix.source().writeTo(new Rows(Math.toIntExact(matrix.shape().getLast()), visitor));
  }

  @Override
  public void put(float[] values, int offset, int count) throws IOException {
    int done = 0;
    while (done < count) {
      int now = Math.min(count - done, row.length - filled);
      System.arraycopy(values, offset + done, row, filled, now);
      filled += now;
      done += now;
      if (filled == row.length) {
        visitor.visit(index, row);
        index++;
        filled = 0;
      }
    }
  }
}
