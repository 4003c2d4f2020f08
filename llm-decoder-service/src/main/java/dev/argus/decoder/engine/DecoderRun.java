package dev.argus.decoder.engine;

import dev.argus.runtime.Binding;
import dev.argus.runtime.Session;
import dev.argus.runtime.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The decoder graph, bound to a range of slots and to the tensors of a step. Owns the range and the
 * tensors; not thread-safe.
 */
final class DecoderRun implements AutoCloseable {
  private final KvPool.Range range;
  private final StepTensors tensors;
  private final List<Tensor> rows = new ArrayList<>();
  private final Binding binding;

  DecoderRun(Session session, KvPool.Range range, StepTensors tensors) {
    Map<String, Tensor> inputs = new HashMap<>(range.past());
    inputs.putAll(tensors.inputs());
    Map<String, Tensor> outputs = new HashMap<>(range.present());
    outputs.put("logits", tensors.logits());
    this.binding = session.bind(inputs, outputs);
    this.range = range;
    this.tensors = tensors;
    for (long row = 0; row < tensors.logits().shape().dimension(0); row++) {
      rows.add(tensors.logits().rows(row, 1));
    }
  }

  /**
   * Runs once.
   *
   * @param tokenIds {@code [batch * sequence]}
   * @param lengths positions in each slot after the run, less one; {@code [batch]}
   */
  void run(long[] tokenIds, int[] lengths) {
    int longest = 0;
    for (int length : lengths) {
      longest = Math.max(longest, length + 1);
    }
    tensors.tokenIds().write(MemorySegment.ofArray(tokenIds));
    tensors.lengthsLessOne().write(MemorySegment.ofArray(lengths));
    tensors.longest().write(MemorySegment.ofArray(new int[] {longest}));
    binding.run();
  }

  /** Copies the logits of one row of the batch, {@code [vocabulary]}. */
  void readLogits(int row, float[] target) {
    rows.get(row).read(MemorySegment.ofArray(target));
  }

  @Override
  public void close() {
    binding.close();
    rows.forEach(Tensor::close);
    tensors.close();
    range.close();
  }
}
