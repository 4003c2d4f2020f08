package dev.argus.bench.decode;

import dev.argus.bench.measure.ForwardingDevice;
import dev.argus.runtime.Binding;
import dev.argus.runtime.Device;
import dev.argus.runtime.Session;
import dev.argus.runtime.Tensor;
import dev.argus.runtime.TensorSpec;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A device that adds up the time of its runs, so that all other time is known to be spent outside
 * of them. Thread-safe.
 */
final class TimedDevice extends ForwardingDevice {
  private final AtomicLong runNanos = new AtomicLong();

  /**
   * @param device does the work; closed with this one
   */
  TimedDevice(Device device) {
    super(device);
  }

  /** Time of all runs so far. */
  long runNanos() {
    return runNanos.get();
  }

  @Override
  protected Session measured(Session session) {
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
      public Binding bindRecorded(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
        return timed(session.bindRecorded(inputs, outputs));
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
}
