package dev.argus.checkpoint.graph;

import dev.argus.checkpoint.weights.StoredTensor;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/**
 * The elements of an initialiser as float32, produced in pieces while the graph is written, so that
 * a model's weights are never in the heap at once.
 *
 * @param shape the initialiser's dimensions, outermost first
 * @param source produces exactly as many values as the shape has, row-major
 */
public record FloatValues(List<Long> shape, Source source) {
  private static final int PIECE = 1 << 16;

  /** Produces values. */
  @FunctionalInterface
  public interface Source {
    void writeTo(FloatSink sink) throws IOException;
  }

  /** Changes a row, of which it is told the index. */
  @FunctionalInterface
  public interface RowChange {
    float[] apply(int row, float[] values);
  }

  /** A tensor as it is. */
  public static FloatValues of(StoredTensor tensor) {
    return new FloatValues(tensor.info().shape(), sink -> copy(tensor, sink));
  }

  /** Tensors one after another along the outermost dimension; they agree in the others. */
  static FloatValues stacked(List<FloatValues> tensors) {
    List<Long> shape = new ArrayList<>(tensors.getFirst().shape());
    shape.set(0, tensors.stream().mapToLong(tensor -> tensor.shape().getFirst()).sum());
    return new FloatValues(
        List.copyOf(shape),
        sink -> {
          for (FloatValues tensor : tensors) {
            tensor.source().writeTo(sink);
          }
        });
  }

  /** These, multiplied by a factor. */
  FloatValues times(float factor) {
    return new FloatValues(
        shape,
        sink ->
            source.writeTo((values, offset, count) -> {
              float[] product = new float[count];
              for (int i = 0; i < count; i++) {
                product[i] = values[offset + i] * factor;
              }
              sink.put(product);
            }));
  }

  /**
   * A tensor whose slices along the outermost dimension are multiplied by a factor each.
   *
   * @param factors one for each slice
   */
  static FloatValues scaled(StoredTensor tensor, StoredTensor factors) {
    FloatValues slices =
        rows(
            tensor,
            (slice, values) -> {
              float[] factor = new float[1];
              factors.read(slice, factor, 0, 1);
              for (int i = 0; i < values.length; i++) {
                values[i] *= factor[0];
              }
              return values;
            });
    return new FloatValues(tensor.info().shape(), slices.source());
  }

  /**
   * A tensor as a matrix, each row changed by itself.
   *
   * @param change takes a row and gives one of the same length; may change its argument
   */
  static FloatValues rows(StoredTensor tensor, UnaryOperator<float[]> change) {
    return rows(tensor, (_, row) -> change.apply(row));
  }

  /** As above, with a change that is told the row's index. */
  static FloatValues rows(StoredTensor tensor, RowChange change) {
    long rows = tensor.info().shape().getFirst();
    int length = Math.toIntExact(tensor.info().elements() / rows);
    return rows(
        rows,
        length,
        row -> {
          float[] values = new float[length];
          tensor.read((long) row * length, values, 0, length);
          return change.apply(row, values);
        });
  }

  /** A matrix, computed row by row. */
  public static FloatValues rows(long rows, long length, IntFunction<float[]> row) {
    return new FloatValues(
        List.of(rows, length),
        sink -> {
          for (int i = 0; i < rows; i++) {
            sink.put(row.apply(i));
          }
        });
  }

  /** All values, row-major; of something small. */
  float[] toArray() throws IOException {
    FloatBuffer all =
        FloatBuffer.allocate(Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact)));
    source.writeTo(all::put);
    return all.array();
  }

  private static void copy(StoredTensor tensor, FloatSink sink) throws IOException {
    long elements = tensor.info().elements();
    float[] piece = new float[(int) Math.min(PIECE, elements)];
    for (long first = 0; first < elements; first += PIECE) {
      int count = (int) Math.min(PIECE, elements - first);
      tensor.read(first, piece, 0, count);
      sink.put(piece, 0, count);
    }
  }
}
