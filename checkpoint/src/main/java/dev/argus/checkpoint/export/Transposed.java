package dev.argus.checkpoint.export;

import dev.argus.checkpoint.graph.FloatSink;
import dev.argus.checkpoint.graph.FloatValues;
import dev.argus.checkpoint.weights.StoredTensor;
import java.io.IOException;
import java.util.List;

/** A matrix with its axes exchanged, some of its columns at a time. */
final class Transposed {
  /** What is held in the heap: 16 MiB. */
  private static final int HELD_VALUES = 1 << 22;

  private final StoredTensor matrix;
  private final int rows;
  private final int columns;

  private Transposed(StoredTensor matrix) {
    this.matrix = matrix;
    this.rows = Math.toIntExact(matrix.info().shape().get(0));
    this.columns = Math.toIntExact(matrix.info().shape().get(1));
  }

  /** The transpose of a tensor with two dimensions. */
  static FloatValues of(StoredTensor matrix) {
    Transposed transposed = new Transposed(matrix);
    return new FloatValues(
        List.of((long) transposed.columns, (long) transposed.rows), transposed::write);
  }

  private void write(FloatSink sink) throws IOException {
    int held = Math.clamp(HELD_VALUES / rows, 1, columns);
    for (int first = 0; first < columns; first += held) {
      for (float[] column : columns(first, Math.min(held, columns - first))) {
        sink.put(column);
      }
    }
  }

  private float[][] columns(int first, int count) {
    float[][] held = new float[count][rows];
    float[] piece = new float[count];
    for (int row = 0; row < rows; row++) {
      matrix.read((long) row * columns + first, piece, 0, count);
      for (int i = 0; i < count; i++) {
        held[i][row] = piece[i];
      }
    }
    return held;
  }
}
