package dev.argus.decoder.engine;

import dev.argus.base.resource.OpenResources;
import dev.argus.checkpoint.config.TextConfig;
import dev.argus.runtime.Device;
import dev.argus.runtime.ElementType;
import dev.argus.runtime.Shape;
import dev.argus.runtime.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Map;

/**
 * All of a decoder run's tensors but the KV cache. Owned by whoever made them; not thread-safe.
 *
 * @param tokenIds int64, {@code [batch, sequence]}
 * @param visualTokens float32, {@code [visual, hidden]}
 * @param visualIndex int64, {@code [batch, sequence]}; -1 everywhere to begin with
 * @param lengthsLessOne int32, {@code [batch]}
 * @param longest int32, {@code [1]}
 * @param lastPosition int64, {@code [batch]}; the place of each sequence's last token among all
 *     tokens
 * @param logits float32, {@code [batch, vocabulary]}
 * @param highest float32, {@code [batch, 2]}; what a graph for a GPU says of its logits
 */
record StepTensors(
    Tensor tokenIds,
    Tensor visualTokens,
    Tensor visualIndex,
    Tensor lengthsLessOne,
    Tensor longest,
    Tensor lastPosition,
    Tensor logits,
    Tensor highest)
    implements AutoCloseable {

  /**
   * Allocates tensors.
   *
   * @param visual rows of visual tokens; at least 1, as the graph wants
   */
  static StepTensors allocate(
      Device device, TextConfig config, int batch, int sequence, int visual) {
    OpenResources made = new OpenResources();
    try {
      StepTensors tensors =
          new StepTensors(
              made.add(device.allocate(ElementType.INT64, Shape.of(batch, sequence))),
              made.add(device.allocate(ElementType.FLOAT32, Shape.of(visual, config.hiddenSize()))),
              made.add(device.allocate(ElementType.INT64, Shape.of(batch, sequence))),
              made.add(device.allocate(ElementType.INT32, Shape.of(batch))),
              made.add(device.allocate(ElementType.INT32, Shape.of(1))),
              made.add(device.allocate(ElementType.INT64, Shape.of(batch))),
              made.add(
                  device.allocate(ElementType.FLOAT32, Shape.of(batch, config.vocabularySize()))),
              made.add(device.allocate(ElementType.FLOAT32, Shape.of(batch, 2))));
      long[] noVisualTokens = new long[batch * sequence];
      Arrays.fill(noVisualTokens, -1);
      tensors.visualIndex.write(MemorySegment.ofArray(noVisualTokens));
      long[] last = new long[batch];
      Arrays.setAll(last, row -> (row + 1L) * sequence - 1);
      tensors.lastPosition.write(MemorySegment.ofArray(last));
      return tensors;
    } catch (RuntimeException e) {
      made.close();
      throw e;
    }
  }

  /** Sets {@link #longest}. */
  void writeLongest(int length) {
    longest.write(MemorySegment.ofArray(new int[] {length}));
  }

  /** Views of the first rows of the batch; share the rest. */
  StepTensors rows(int count) {
    OpenResources made = new OpenResources();
    try {
      return new StepTensors(
          made.add(tokenIds.rows(0, count)),
          made.add(visualTokens.rows(0, visualTokens.shape().dimension(0))),
          made.add(visualIndex.rows(0, count)),
          made.add(lengthsLessOne.rows(0, count)),
          made.add(longest.rows(0, 1)),
          made.add(lastPosition.rows(0, count)),
          made.add(logits.rows(0, count)),
          made.add(highest.rows(0, count)));
    } catch (RuntimeException e) {
      made.close();
      throw e;
    }
  }

  /**
   * Views of the beginnings, for fewer tokens of one sequence. What {@link #visualIndex} holds is
   * the caller's to write.
   */
  StepTensors chunk(int tokens, int visualRows) {
    OpenResources made = new OpenResources();
    try {
      StepTensors chunk =
          new StepTensors(
              made.add(tokenIds.shaped(Shape.of(1, tokens))),
              made.add(visualTokens.rows(0, visualRows)),
              made.add(visualIndex.shaped(Shape.of(1, tokens))),
              made.add(lengthsLessOne.rows(0, 1)),
              made.add(longest.rows(0, 1)),
              made.add(lastPosition.rows(0, 1)),
              made.add(logits.rows(0, 1)),
              made.add(highest.rows(0, 1)));
      chunk.lastPosition.write(MemorySegment.ofArray(new long[] {tokens - 1L}));
      return chunk;
    } catch (RuntimeException e) {
      made.close();
      throw e;
    }
  }

  /** The inputs, named as the decoder graph's. */
  Map<String, Tensor> inputs() {
    return Map.of(
        "token_ids", tokenIds,
        "visual_tokens", visualTokens,
        "visual_index", visualIndex,
        "seqlens_k", lengthsLessOne,
        "total_sequence_length", longest,
        "last_position", lastPosition);
  }

  /** The outputs but for the cache, named as the decoder graph's; not every graph has all. */
  Map<String, Tensor> outputs() {
    return Map.of("logits", logits, "highest", highest);
  }

  @Override
  public void close() {
    inputs().values().forEach(Tensor::close);
    outputs().values().forEach(Tensor::close);
  }
}
