package dev.argus.decoder.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.argus.base.digest.Digest;
import dev.argus.base.failure.InvalidInput;
import dev.argus.base.failure.WrongCheckpoint;
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

  @Test
  void spansThatAreHeldNeedNotCome() {
    var intake =
        new VisualIntake(
            List.of(new VisualSpan(1, 2), new VisualSpan(4, 2), new VisualSpan(6, 2)), 2, "mine");

    assertThat(intake.hold(5)).isEqualTo(1);
    assertThatThrownBy(intake::ensureComplete)
        .isInstanceOf(InvalidInput.class)
        .hasMessageContaining("of tile 1 are missing");
    assertThat(intake.hold(6)).isEqualTo(2);
    assertThatThrownBy(intake::ensureComplete).hasMessageContaining("of tile 2 are missing");
    assertThat(intake.hold(8)).isEqualTo(3);
    intake.ensureComplete();
  }

  @Test
  void refusesWhatAnotherCheckpointMade() {
    var intake = new VisualIntake(List.of(new VisualSpan(0, 2)), 2, "mine");
    ByteBuffer data = ByteBuffer.allocate(4 * Float.BYTES);

    assertThatThrownBy(() -> intake.accept(tokens(ElementType.ELEMENT_TYPE_FLOAT32, data, "other")))
        .isInstanceOf(WrongCheckpoint.class)
        .hasMessage("visual_tokens.fingerprint of tile 0 is \"other\", but the decoder's is mine");
  }

  private static float[] features(ElementType type, ByteBuffer data) {
    var intake = new VisualIntake(List.of(new VisualSpan(0, 2)), 2, "mine");
    ByteBuffer features = intake.accept(tokens(type, data.flip(), "mine"));
    intake.ensureComplete();
    float[] numbers = new float[features.remaining() / Float.BYTES];
    features.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
    return numbers;
  }

  private static VisualTokens tokens(ElementType type, ByteBuffer data, String fingerprint) {
    return VisualTokens.newBuilder()
        .setLength(2)
        .setHiddenSize(2)
        .setElementType(type)
        .setData(ByteString.copyFrom(data.duplicate()))
        .setTileDigest(ByteString.copyFrom(new byte[Digest.BYTES]))
        .setFingerprint(fingerprint)
        .setDigest(ByteString.copyFrom(Digest.of(data).toBytes()))
        .build();
  }
}
