package dev.argus.checkpoint.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.onnx.TensorProto.DataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ElementsTest {

  @Test
  void roundsFloat16ToTheNearest() throws IOException {
    ByteBuffer bytes = StoredBytes.of(elements(DataType.FLOAT16, 1, -2, 0.1f, 65504, 1 + 0x1p-11f));

    assertThat(shorts(bytes)).containsExactly(0x3c00, 0xc000, 0x2e66, 0x7bff, 0x3c00);
  }

  @Test
  void roundsBfloat16ToTheNearestAndTiesToTheEvenOne() throws IOException {
    ByteBuffer bytes =
        StoredBytes.of(
            elements(
                DataType.BFLOAT16,
                1,
                -2,
                1 + 0x1p-8f,
                1 + 3 * 0x1p-8f,
                1 + 0x1p-8f + 0x1p-20f,
                255,
                Float.POSITIVE_INFINITY));

    assertThat(shorts(bytes))
        .containsExactly(0x3f80, 0xc000, 0x3f80, 0x3f82, 0x3f81, 0x437f, 0x7f80);
    assertThat(
            Float.intBitsToFloat(
                StoredBytes.of(elements(DataType.BFLOAT16, Float.NaN)).getShort() << 16))
        .isNaN();
  }

  @Test
  void refusesWhatFloat16CannotHold() {
    assertThatExceptionOfType(ModelFault.class)
        .isThrownBy(() -> StoredBytes.of(elements(DataType.FLOAT16, 70_000)))
        .withMessage("a weight of 70000.0 is beyond the range of fp16; take bf16");
  }

  @Test
  void cutsLongPiecesWithoutLosingAny() throws IOException {
    float[] values = new float[100_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }

    ByteBuffer bytes = StoredBytes.of(elements(DataType.FLOAT, values));

    for (float value : values) {
      assertThat(bytes.getFloat()).isEqualTo(value);
    }
  }

  private static Elements elements(DataType type, float... values) {
    return Elements.of(
        new FloatValues(List.of((long) values.length), sink -> sink.put(values)), type);
  }

  private static int[] shorts(ByteBuffer bytes) {
    int[] all = new int[bytes.remaining() / Short.BYTES];
    for (int i = 0; i < all.length; i++) {
      all[i] = Short.toUnsignedInt(bytes.getShort());
    }
    return all;
  }
}
