package dev.argus.bench.measure;

import dev.argus.runtime.Binding;
import dev.argus.runtime.Device;
import dev.argus.runtime.ElementType;
import dev.argus.runtime.Session;
import dev.argus.runtime.Shape;
import dev.argus.runtime.Tensor;
import dev.argus.runtime.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * A device that counts the bytes which are written into its tensors and read out of them: what
 * crosses the bus where its memory is a GPU's, except for what ONNX Runtime copies by itself.
 * Thread-safe.
 */
public final class CountedDevice extends ForwardingDevice {
  private final LongAdder bytes = new LongAdder();

  /**
   * @param device does the work; closed with this one
   */
  public CountedDevice(Device device) {
    super(device);
  }

  /** Bytes so far, both ways. */
  public long bytes() {
    return bytes.sum();
  }

  @Override
  public Tensor allocate(ElementType type, Shape shape) {
    return new CountedTensor(super.allocate(type, shape), bytes);
  }

  @Override
  protected Session measured(Session session) {
    return new CountedSession(session);
  }

  /** Binds what the tensors wrap. */
  private record CountedSession(Session session) implements Session {
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
      return session.bind(bare(inputs), bare(outputs));
    }

    @Override
    public Binding bindRecorded(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
      return session.bindRecorded(bare(inputs), bare(outputs));
    }

    private static Map<String, Tensor> bare(Map<String, Tensor> tensors) {
      Map<String, Tensor> bare = new HashMap<>();
      tensors.forEach((name, tensor) -> bare.put(name, CountedTensor.bare(tensor)));
      return bare;
    }

    @Override
    public void close() {
      session.close();
    }
  }

  private record CountedTensor(Tensor tensor, LongAdder bytesCopied) implements Tensor {
    static Tensor bare(Tensor tensor) {
      return tensor instanceof CountedTensor counted ? counted.tensor : tensor;
    }

    @Override
    public ElementType type() {
      return tensor.type();
    }

    @Override
    public Shape shape() {
      return tensor.shape();
    }

    @Override
    public Tensor rows(long from, long count) {
      return new CountedTensor(tensor.rows(from, count), bytesCopied);
    }

    @Override
    public Tensor shaped(Shape view) {
      return new CountedTensor(tensor.shaped(view), bytesCopied);
    }

    @Override
    public void write(MemorySegment source) {
      tensor.write(source);
      bytesCopied.add(source.byteSize());
    }

    @Override
    public void read(MemorySegment target) {
      tensor.read(target);
      bytesCopied.add(target.byteSize());
    }

    @Override
    public void copy(Tensor source, long from, long to, long count) {
      tensor.copy(bare(source), from, to, count);
    }

    @Override
    public void close() {
      tensor.close();
    }
  }
}
