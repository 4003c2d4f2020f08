package dev.argus.checkpoint.random;

import dev.argus.checkpoint.weights.DataType;
import dev.argus.checkpoint.weights.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The numbers in a tensor. What each is depends on the seed, the tensor's name and the place in it
 * alone, so that pieces are computed by all processors at once. Immutable and thread-safe.
 */
final class RandomWeights {
  private static final int PIECE = 1 << 18;

  /** Pieces computed at once; they are in the heap together. */
  private static final int PIECES = 16;

  private static final float OUTLIER_FACTOR = 4;

  private final RandomTensor tensor;
  private final DataType type;
  private final NormalNumbers numbers;
  private final long elements;

  /** Elements of one slice along the outermost dimension. */
  private final long sliceLength;

  private final int lastDimension;
  private final BitSet outliers;

  RandomWeights(RandomTensor tensor, DataType type, long seed) {
    this.tensor = tensor;
    this.type = type;
    this.numbers = NormalNumbers.named(seed, tensor.name());
    this.elements = tensor.info(type).elements();
    this.sliceLength = elements / tensor.shape().getFirst();
    this.lastDimension = Math.toIntExact(tensor.shape().getLast());
    this.outliers =
        switch (tensor.outliers()) {
          case NONE -> new BitSet();
          case FIRST_DIMENSION ->
              OutlierChannels.of(seed, Math.toIntExact(tensor.shape().getFirst()));
          case LAST_DIMENSION -> OutlierChannels.of(seed, lastDimension);
        };
  }

  /** Writes all elements. */
  void writeTo(SafetensorsWriter file) throws IOException {
    long pieces = Math.ceilDiv(elements, (long) PIECE);
    for (long first = 0; first < pieces; first += PIECES) {
      List<ByteBuffer> encoded =
          LongStream.range(first, Math.min(pieces, first + PIECES))
              .parallel()
              .mapToObj(piece -> encode(piece * PIECE))
              .toList();
      for (ByteBuffer piece : encoded) {
        file.write(piece);
      }
    }
  }

  private ByteBuffer encode(long first) {
    int count = (int) Math.min(PIECE, elements - first);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = value(first + i);
    }
    ByteBuffer encoded = ByteBuffer.allocate(count * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    type.encode(values, count, encoded);
    return encoded.flip();
  }

  private float value(long index) {
    float value = tensor.mean() + tensor.deviation() * numbers.at(index);
    return isOutlier(index) ? OUTLIER_FACTOR * value : value;
  }

  private boolean isOutlier(long index) {
    return switch (tensor.outliers()) {
      case NONE -> false;
      case FIRST_DIMENSION -> outliers.get((int) (index / sliceLength));
      case LAST_DIMENSION -> outliers.get((int) (index % lastDimension));
    };
  }
}
