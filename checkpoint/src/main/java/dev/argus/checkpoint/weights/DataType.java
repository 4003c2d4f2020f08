package dev.argus.checkpoint.weights;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * How a stored element is encoded, little-endian; the names are those of the safetensors format.
 */
public enum DataType {
  BOOL(1),
  U8(1),
  I8(1),
  F8_E5M2(1),
  F8_E4M3(1),
  I16(2),
  U16(2),
  F16(2),
  BF16(2),
  I32(4),
  U32(4),
  F32(4),
  I64(8),
  U64(8),
  F64(8);

  private final int bytes;

  DataType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /**
   * Encodes values at the buffer's position, which moves on; rounds to the nearest, to even where
   * two are as near.
   *
   * @param target little-endian
   * @throws IllegalArgumentException if this is not F32, F16 or BF16
   */
  public void encode(float[] values, int count, ByteBuffer target) {
    for (int i = 0; i < count; i++) {
      switch (this) {
        case F32 -> target.putFloat(values[i]);
        case F16 -> target.putShort(Float.floatToFloat16(values[i]));
        case BF16 -> target.putShort(bfloat16(values[i]));
        case BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, I32, U32, I64, U64, F64 ->
            throw new IllegalArgumentException(this + " is not a float type that Argus writes");
      }
    }
  }

  /** The upper half of a float32; what is cut off carries into it. Not for NaN. */
  private static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }

  static Optional<DataType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }
}
