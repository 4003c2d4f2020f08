package dev.argus.decoder.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.argus.checkpoint.prompt.VisualSpan;
import dev.argus.stage.v1.ElementType;
import dev.argus.stage.v1.VisualTokens;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class VisualIntakeTest {
  private static final float[] NUMBERS = {1, -0.5f, 3.25f, 0};

  @Test
  void takesEveryElementType() {
    ByteBuffer wide = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer half = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer brain = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    for (float number : NUMBERS) {
      wide.putFloat(number);
      half.putShort(Float.floatToFloat16(number));
      brain.putShort((short) (Float.floatToRawIntBits(number) >>> 16));
    }
    assertThat(features(ElementType.ELEMENT_TYPE_FLOAT32, wide)).containsExactly(NUMBERS);
    assertThat(features(ElementType.ELEMENT_TYPE_FLOAT16, half)).containsExactly(NUMBERS);
    assertThat(features(ElementType.ELEMENT_TYPE_BFLOAT16, brain)).containsExactly(NUMBERS);
  }

  private static float[] features(ElementType type, ByteBuffer data) {
    var intake = new VisualIntake(List.of(new VisualSpan(0, 2)), 2);
    ByteBuffer features =
        intake.accept(
            VisualTokens.newBuilder()
                .setLength(2)
                .setHiddenSize(2)
                .setElementType(type)
                .setData(ByteString.copyFrom(data.flip()))
                .setTileDigest(ByteString.copyFrom(new byte[32]))
                .build());
    intake.ensureComplete();
    float[] numbers = new float[features.remaining() / Float.BYTES];
    features.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
    return numbers;
  }
}
