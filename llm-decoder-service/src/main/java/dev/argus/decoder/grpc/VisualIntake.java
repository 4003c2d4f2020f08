package dev.argus.decoder.grpc;

import com.google.protobuf.ByteString;
import dev.argus.base.digest.Digest;
import dev.argus.base.failure.InvalidInput;
import dev.argus.base.failure.WrongCheckpoint;
import dev.argus.checkpoint.prompt.VisualSpan;
import dev.argus.stage.v1.ElementType;
import dev.argus.stage.v1.VisualTokens;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * Checks the visual tokens that come for one prompt: each belongs to a span, fits it, and comes
 * once. Not thread-safe but for {@link #hold}.
 */
final class VisualIntake {
  private final List<VisualSpan> spans;
  private final int hiddenSize;
  private final String fingerprint;
  private final BitSet filled = new BitSet();

  /** How many of the first spans need not be filled. Set by another thread than the rest. */
  private volatile int held;

  /**
   * @param spans of the prompt
   * @param hiddenSize width of a visual token
   * @param fingerprint of the checkpoint that they have to be made with
   */
  VisualIntake(List<VisualSpan> spans, int hiddenSize, String fingerprint) {
    this.spans = spans;
    this.hiddenSize = hiddenSize;
    this.fingerprint = fingerprint;
  }

  /**
   * The features of a message, float32, little-endian, {@code [length, hiddenSize]}.
   *
   * @throws InvalidInput naming the field that does not fit
   * @throws WrongCheckpoint if another checkpoint made them
   */
  ByteBuffer accept(VisualTokens message) {
    int index = message.getTileIndex();
    if (Integer.compareUnsigned(index, spans.size()) >= 0) {
      throw refuse(
          "tile_index",
          "is %s; the prompt has %d spans"
              .formatted(Integer.toUnsignedString(index), spans.size()));
    }
    if (filled.get(index)) {
      throw refuse("tile_index", "is %d, whose visual tokens were sent before".formatted(index));
    }
    require("length", message.getLength(), spans.get(index).length(), index);
    require("hidden_size", message.getHiddenSize(), hiddenSize, index);
    requireBytes("tile_digest", message.getTileDigest(), Digest.BYTES, index);
    requireBytes("digest", message.getDigest(), Digest.BYTES, index);
    int numbers = Math.multiplyExact(message.getLength(), hiddenSize);
    int width = bytes(message.getElementType());
    requireBytes("data", message.getData(), Math.multiplyExact(numbers, width), index);
    requireUntouched(message, index);
    filled.set(index);
    return float32(message.getData(), message.getElementType(), numbers);
  }

  /**
   * Some of the prompt need not be read.
   *
   * @param tokens how many of the first prompt tokens
   * @return how many of the first spans lie within them: they need not be filled
   */
  int hold(int tokens) {
    int count = 0;
    while (count < spans.size()
        && spans.get(count).position() + spans.get(count).length() <= tokens) {
      count++;
    }
    held = count;
    return count;
  }

  /**
   * To be called when no more messages follow.
   *
   * @throws InvalidInput if spans that are needed are left unfilled
   */
  void ensureComplete() {
    int missing = filled.nextClearBit(held);
    if (missing < spans.size()) {
      throw new InvalidInput(
          "visual_tokens",
          "of tile %d are missing (%d of %d tiles came); every span must be filled before the stream is half-closed"
              .formatted(missing, filled.cardinality(), spans.size()));
    }
  }

  /** Made by the right checkpoint, and arrived as they were sent. */
  private void requireUntouched(VisualTokens message, int index) {
    if (!message.getFingerprint().equals(fingerprint)) {
      throw new WrongCheckpoint(
          "visual_tokens.fingerprint of tile %d is \"%s\", but the decoder's is %s"
              .formatted(index, message.getFingerprint(), fingerprint));
    }
    Digest actual = Digest.of(message.getData().asReadOnlyByteBuffer());
    if (!actual.equals(Digest.read(message.getDigest().asReadOnlyByteBuffer()))) {
      throw refuse("digest", "is not the SHA-256 of visual_tokens.data for tile " + index);
    }
  }

  private static void require(String field, int value, int wanted, int index) {
    if (value != wanted) {
      throw refuse(
          field,
          "is %s for tile %d; must be %d"
              .formatted(Integer.toUnsignedString(value), index, wanted));
    }
  }

  private static void requireBytes(String field, ByteString value, int wanted, int index) {
    if (value.size() != wanted) {
      throw refuse(
          field, "has %d bytes for tile %d; must have %d".formatted(value.size(), index, wanted));
    }
  }

  private static int bytes(ElementType type) {
    return switch (type) {
      case ELEMENT_TYPE_FLOAT32 -> Float.BYTES;
      case ELEMENT_TYPE_FLOAT16, ELEMENT_TYPE_BFLOAT16 -> Short.BYTES;
      case ELEMENT_TYPE_UNSPECIFIED, UNRECOGNIZED ->
          throw refuse(
              "element_type",
              "must be ELEMENT_TYPE_FLOAT32, ELEMENT_TYPE_FLOAT16 or ELEMENT_TYPE_BFLOAT16");
    };
  }

  private static ByteBuffer float32(ByteString data, ElementType type, int numbers) {
    ByteBuffer raw = data.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    return switch (type) {
      case ELEMENT_TYPE_FLOAT32 -> raw;
      case ELEMENT_TYPE_FLOAT16 ->
          widen(numbers, i -> Float.float16ToFloat(raw.getShort(i * Short.BYTES)));
      case ELEMENT_TYPE_BFLOAT16 ->
          widen(numbers, i -> Float.intBitsToFloat(raw.getShort(i * Short.BYTES) << Short.SIZE));
      case ELEMENT_TYPE_UNSPECIFIED, UNRECOGNIZED -> throw new AssertionError(type);
    };
  }

  private static ByteBuffer widen(int numbers, IntToDoubleFunction number) {
    ByteBuffer wide = ByteBuffer.allocate(numbers * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < numbers; i++) {
      wide.putFloat((float) number.applyAsDouble(i));
    }
    return wide.flip();
  }

  private static InvalidInput refuse(String field, String problem) {
    return new InvalidInput("visual_tokens." + field, problem);
  }
}
