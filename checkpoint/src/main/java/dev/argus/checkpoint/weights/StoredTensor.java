package dev.argus.checkpoint.weights;

import dev.argus.base.failure.ModelFault;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A tensor in a mapped file, readable as float32.
 *
 * <p>F16 and BF16 are widened, which is exact. Immutable and thread-safe. Reading after its {@link
 * Weights} were closed throws {@link IllegalStateException}.
 */
public final class StoredTensor {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final TensorInfo info;
  private final MemorySegment data;

  StoredTensor(TensorInfo info, MemorySegment data) {
    this.info = info;
    this.data = data;
  }

  /** What the tensor is. */
  public TensorInfo info() {
    return info;
  }

  /**
   * Reads consecutive elements, row-major.
   *
   * @param first index of the first element
   * @param target receives {@code count} values from {@code offset}
   * @throws ModelFault if the tensor is not of a float type that Argus reads: F32, F16, BF16
   * @throws IndexOutOfBoundsException if the tensor or the target is too small
   */
  public void read(long first, float[] target, int offset, int count) {
    Objects.checkFromIndexSize(first, count, info.elements());
    Objects.checkFromIndexSize(offset, count, target.length);
    switch (info.type()) {
      case F32 -> MemorySegment.copy(data, FLOAT, first * Float.BYTES, target, offset, count);
      case F16 -> {
        for (int i = 0; i < count; i++) {
          target[offset + i] = Float.float16ToFloat(data.get(SHORT, (first + i) * Short.BYTES));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          target[offset + i] =
              Float.intBitsToFloat(data.get(SHORT, (first + i) * Short.BYTES) << 16);
        }
      }
      case BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, I32, U32, I64, U64, F64 ->
          throw new ModelFault(
              "tensor %s is stored as %s; Argus reads F32, F16 and BF16"
                  .formatted(info.name(), info.type()),
              null);
    }
  }

  /**
   * Consecutive slices along the outermost dimension, as a tensor of the same name; shares memory.
   *
   * @throws IndexOutOfBoundsException if the tensor has fewer
   */
  public StoredTensor slices(long first, long count) {
    long all = info.shape().getFirst();
    Objects.checkFromIndexSize(first, count, all);
    List<Long> shape = new ArrayList<>(info.shape());
    shape.set(0, count);
    long bytes = info.bytes() / all;
    return new StoredTensor(
        new TensorInfo(info.name(), info.type(), List.copyOf(shape)),
        data.asSlice(first * bytes, count * bytes));
  }

  /**
   * The same elements in another shape; shares memory.
   *
   * @throws IllegalArgumentException if that shape has another number of elements
   */
  public StoredTensor reshaped(Long... shape) {
    TensorInfo reshaped = new TensorInfo(info.name(), info.type(), List.of(shape));
    if (reshaped.elements() != info.elements()) {
      throw new IllegalArgumentException(info + " cannot have the shape " + reshaped.shape());
    }
    return new StoredTensor(reshaped, data);
  }

  /** All elements, row-major; for small tensors. */
  public float[] toArray() {
    float[] values = new float[Math.toIntExact(info.elements())];
    read(0, values, 0, values.length);
    return values;
  }
}
