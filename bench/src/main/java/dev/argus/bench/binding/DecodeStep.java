package dev.argus.bench.binding;

import dev.argus.base.resource.OpenResources;
import dev.argus.runtime.Binding;
import dev.argus.runtime.Device;
import dev.argus.runtime.OrtAccess;
import dev.argus.runtime.Session;
import dev.argus.runtime.Shape;
import dev.argus.runtime.Tensor;
import dev.argus.runtime.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * One token of one sequence, decoded again and again at the same place: as many inputs and outputs
 * as serving has, over a cache in place. Owns what it opened; for one thread.
 */
final class DecodeStep implements AutoCloseable {
  private static final long CAPACITY = 64;
  private static final int LENGTH = 16;

  private final Session session;
  private final Map<String, Tensor> inputs = new HashMap<>();
  private final Map<String, Tensor> outputs = new HashMap<>();
  private final OpenResources opened = new OpenResources();

  /**
   * Opens a decoder graph of Argus's.
   *
   * @param access what it runs through
   */
  DecodeStep(Path graph, OrtAccess access) {
    try {
      Device device = opened.add(Device.cpu(1, access));
      this.session = opened.add(device.open(graph));
      session.inputs().forEach((name, spec) -> inputs.put(name, tensor(device, spec)));
      session
          .outputs()
          .forEach((name, spec) -> {
            Tensor past = inputs.get(name.replace("present_", "past_"));
            outputs.put(name, past == null ? tensor(device, spec) : past);
          });
      write("seqlens_k", LENGTH - 1);
      write("total_sequence_length", LENGTH);
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private void write(String input, int value) {
    Objects.requireNonNull(inputs.get(input)).write(MemorySegment.ofArray(new int[] {value}));
  }

  private Tensor tensor(Device device, TensorSpec spec) {
    long[] lengths = spec.dimensions().stream().mapToLong(DecodeStep::length).toArray();
    return opened.add(device.allocate(spec.type(), Shape.of(lengths)));
  }

  private static long length(TensorSpec.Dimension dimension) {
    return switch (dimension) {
      case TensorSpec.Fixed(long length) -> length;
      case TensorSpec.Named(String name) -> name.equals("capacity") ? CAPACITY : 1;
      case TensorSpec.Any() -> 1;
    };
  }

  /** How many inputs and outputs there are. */
  int places() {
    return inputs.size() + outputs.size();
  }

  /** Binds; closed by the caller. */
  Binding bind() {
    return session.bind(inputs, outputs);
  }

  @Override
  public void close() {
    opened.close();
  }
}
