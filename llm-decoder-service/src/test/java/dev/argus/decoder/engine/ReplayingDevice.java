package dev.argus.decoder.engine;

import dev.argus.runtime.Binding;
import dev.argus.runtime.Device;
import dev.argus.runtime.ElementType;
import dev.argus.runtime.Recording;
import dev.argus.runtime.Session;
import dev.argus.runtime.Shape;
import dev.argus.runtime.Tensor;
import dev.argus.runtime.TensorSpec;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A processor that treats recorded runs as a GPU does: what the graph reads on the processor is
 * read when a run is bound, and never again.
 */
final class ReplayingDevice implements Device {
  /** What {@code GroupQueryAttention} reads there. */
  private static final String READ_ONCE = "total_sequence_length";

  private final Device cpu = Device.cpu(2);
  private int recordings;

  /** How many recordings there are. */
  int recordings() {
    return recordings;
  }

  @Override
  public Recording recording() {
    return Recording.ON;
  }

  @Override
  public Session open(Path graph) {
    return new Replaying(cpu.open(graph));
  }

  private final class Replaying implements Session {
    private final Session session;

    Replaying(Session session) {
      this.session = session;
    }

    @Override
    public Map<String, TensorSpec> inputs() {
      return session.inputs();
    }

    @Override
    public Map<String, TensorSpec> outputs() {
      return session.outputs();
    }

    @Override
    public Binding bind(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
      return session.bind(inputs, outputs);
    }

    @Override
    public Binding bindRecorded(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
      recordings++;
      Tensor read = copy(Objects.requireNonNull(inputs.get(READ_ONCE)));
      Map<String, Tensor> recorded = new HashMap<>(inputs);
      recorded.put(READ_ONCE, read);
      Binding binding = session.bind(recorded, outputs);
      return new Binding() {
        @Override
        public void run() {
          binding.run();
        }

        @Override
        public void close() {
          binding.close();
          read.close();
        }
      };
    }

    @Override
    public void close() {
      session.close();
    }
  }

  private Tensor copy(Tensor tensor) {
    int[] value = new int[1];
    tensor.read(MemorySegment.ofArray(value));
    Tensor copy = cpu.allocate(tensor.type(), tensor.shape());
    copy.write(MemorySegment.ofArray(value));
    return copy;
  }

  @Override
  public String description() {
    return cpu.description();
  }

  @Override
  public void requireArithmetic(ElementType floats) {
    cpu.requireArithmetic(floats);
  }

  @Override
  public Tensor allocate(ElementType type, Shape shape) {
    return cpu.allocate(type, shape);
  }

  @Override
  public long maxTensorBytes() {
    return cpu.maxTensorBytes();
  }

  @Override
  public Session openForeign(Path graph) {
    return cpu.openForeign(graph);
  }

  @Override
  public String finishKey() {
    return cpu.finishKey();
  }

  @Override
  public void finish(Path built, Path finished) throws IOException {
    cpu.finish(built, finished);
  }

  @Override
  public void close() {
    cpu.close();
  }
}
