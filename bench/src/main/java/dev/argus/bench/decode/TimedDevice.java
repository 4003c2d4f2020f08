package dev.argus.bench.decode;

import dev.argus.runtime.Binding;
import dev.argus.runtime.Device;
import dev.argus.runtime.ElementType;
import dev.argus.runtime.Session;
import dev.argus.runtime.Shape;
import dev.argus.runtime.Tensor;
import dev.argus.runtime.TensorSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A device that adds up the time of its runs, so that all other time is known to be spent outside
 * of them. Thread-safe.
 */
final class TimedDevice implements Device {
  private final Device device;
  private final AtomicLong runNanos = new AtomicLong();

  /**
   * @param device does the work; closed with this one
   */
  TimedDevice(Device device) {
    this.device = device;
  }

  /** Time of all runs so far. */
  long runNanos() {
    return runNanos.get();
  }

  @Override
  public Session open(Path graph) {
    return timed(device.open(graph));
  }

  @Override
  public Session openForeign(Path graph) {
    return timed(device.openForeign(graph));
  }

  private Session timed(Session session) {
    return new Session() {
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
        return timed(session.bind(inputs, outputs));
      }

      @Override
      public void close() {
        session.close();
      }
    };
  }

  private Binding timed(Binding binding) {
    return new Binding() {
      @Override
      public void run() {
        long start = System.nanoTime();
        try {
          binding.run();
        } finally {
          runNanos.addAndGet(System.nanoTime() - start);
        }
      }

      @Override
      public void close() {
        binding.close();
      }
    };
  }

  @Override
  public String description() {
    return device.description();
  }

  @Override
  public void requireArithmetic(ElementType floats) {
    device.requireArithmetic(floats);
  }

  @Override
  public Tensor allocate(ElementType type, Shape shape) {
    return device.allocate(type, shape);
  }

  @Override
  public long maxTensorBytes() {
    return device.maxTensorBytes();
  }

  @Override
  public String finishKey() {
    return device.finishKey();
  }

  @Override
  public void finish(Path built, Path finished) throws IOException {
    device.finish(built, finished);
  }

  @Override
  public void close() {
    device.close();
  }
}
