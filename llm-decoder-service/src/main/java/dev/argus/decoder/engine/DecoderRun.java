package dev.argus.decoder.engine;

import dev.argus.base.resource.OpenResources;
import dev.argus.decoder.core.sampling.TopLogits;
import dev.argus.runtime.Binding;
import dev.argus.runtime.Recording;
import dev.argus.runtime.Session;
import dev.argus.runtime.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The decoder graph, bound to a range of slots and to the tensors of a step. Owns the range and the
 * tensors; not thread-safe.
 *
 * <p>Design note: the attention operator reads the longest sequence's length on the processor, so
 * that in a recorded run it is what it was when it was bound. It bounds what the operator may do,
 * and no sequence's own length, which is on the device: any number that is not exceeded gives the
 * same results.
 */
final class DecoderRun implements AutoCloseable {
  private final StepTensors tensors;
  private final List<Tensor> rows = new ArrayList<>();
  private final Recording recording;
  private final Binding binding;
  private final OpenResources owned = new OpenResources();

  /** What the graph says of each row's logits, in pairs; empty where it says nothing. */
  private final float[] highest;

  private boolean highestRead;

  private final Optional<TopTokens> topTokens;

  /** Made when first wanted. */
  private TopTokens.@Nullable OfStep top;

  private boolean topFound;

  /**
   * Binds the graph.
   *
   * @param recording whether it is a recorded run, on a device that records; {@link
   *     StepTensors#longest} holds the most that it will ever be then
   * @param tensors closed here, also where binding fails
   * @param slots gives the range of slots
   * @param topTokens finds the highest logits; closed by the caller, after this
   */
  DecoderRun(
      Session session,
      Recording recording,
      StepTensors tensors,
      Supplier<KvPool.Range> slots,
      Optional<TopTokens> topTokens) {
    this.recording = recording;
    this.topTokens = topTokens;
    owned.add(tensors);
    try {
      KvPool.Range range = owned.add(slots.get());
      Map<String, Tensor> inputs = new HashMap<>(range.past());
      inputs.putAll(tensors.inputs());
      Map<String, Tensor> outputs = new HashMap<>(range.present());
      tensors
          .outputs()
          .forEach((name, tensor) -> {
            if (session.outputs().containsKey(name)) {
              outputs.put(name, tensor);
            }
          });
      this.tensors = tensors;
      this.highest = new float[outputs.containsKey("highest") ? 2 * rowsOf(tensors) : 0];
      this.binding =
          owned.add(
              switch (recording) {
                case OFF -> session.bind(inputs, outputs);
                case ON -> session.bindRecorded(inputs, outputs);
              });
      for (long row = 0; row < rowsOf(tensors); row++) {
        rows.add(owned.add(tensors.logits().rows(row, 1)));
      }
    } catch (RuntimeException e) {
      owned.close();
      throw e;
    }
  }

  /**
   * Runs once.
   *
   * @param tokenIds {@code [batch * sequence]}
   * @param lengths positions in each slot after the run, less one; {@code [batch]}
   */
  void run(long[] tokenIds, int[] lengths) {
    tensors.tokenIds().write(MemorySegment.ofArray(tokenIds));
    tensors.lengthsLessOne().write(MemorySegment.ofArray(lengths));
    if (recording == Recording.OFF) {
      tensors.writeLongest(longest(lengths));
    }
    highestRead = false;
    topFound = false;
    binding.run();
  }

  private static int longest(int[] lengthsLessOne) {
    int longest = 0;
    for (int length : lengthsLessOne) {
      longest = Math.max(longest, length + 1);
    }
    return longest;
  }

  private static int rowsOf(StepTensors tensors) {
    return Math.toIntExact(tensors.logits().shape().dimension(0));
  }

  /**
   * The token with the highest logit of one row of the batch, if the graph says it and all logits
   * are finite: else their sum is not.
   */
  OptionalInt highest(int row) {
    if (highest.length == 0) {
      return OptionalInt.empty();
    }
    if (!highestRead) {
      tensors.highest().read(MemorySegment.ofArray(highest));
      highestRead = true;
    }
    float id = highest[2 * row];
    float sum = highest[2 * row + 1];
    return Float.isFinite(sum) ? OptionalInt.of((int) id) : OptionalInt.empty();
  }

  /**
   * The highest logits of one row of the batch, if there is a graph that says so many and all
   * logits are finite.
   */
  Optional<TopLogits> top(int row, int count) {
    if (topTokens.isEmpty() || count > topTokens.get().most() || highest(row).isEmpty()) {
      return Optional.empty();
    }
    if (top == null) {
      top = owned.add(topTokens.get().of(tensors.logits()));
    }
    if (!topFound) {
      top.find();
      topFound = true;
    }
    return top.highest(row, count);
  }

  /** Copies the logits of one row of the batch, {@code [vocabulary]}. */
  void readLogits(int row, float[] target) {
    rows.get(row).read(MemorySegment.ofArray(target));
  }

  @Override
  public void close() {
    owned.close();
  }
}
