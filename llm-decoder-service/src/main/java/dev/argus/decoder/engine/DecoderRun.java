package dev.argus.decoder.engine;

import dev.argus.base.resource.OpenResources;
import dev.argus.runtime.Binding;
import dev.argus.runtime.Session;
import dev.argus.runtime.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The decoder graph, bound to a range of slots and to the tensors of a step. Owns the range and the
 * tensors; not thread-safe.
 */
final class DecoderRun implements AutoCloseable {
  private final StepTensors tensors;
  private final List<Tensor> rows = new ArrayList<>();
  private final Binding binding;
  private final OpenResources owned = new OpenResources();

  /**
   * Binds the graph.
   *
   * @param tensors closed here, also where binding fails
   * @param slots gives the range of slots
   */
  DecoderRun(Session session, StepTensors tensors, Supplier<KvPool.Range> slots) {
    owned.add(tensors);
    try {
      KvPool.Range range = owned.add(slots.get());
      Map<String, Tensor> inputs = new HashMap<>(range.past());
      inputs.putAll(tensors.inputs());
      Map<String, Tensor> outputs = new HashMap<>(range.present());
      outputs.put("logits", tensors.logits());
      this.tensors = tensors;
      this.binding = owned.add(session.bind(inputs, outputs));
      for (long row = 0; row < tensors.logits().shape().dimension(0); row++) {
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
    owned.close();
  }
}
