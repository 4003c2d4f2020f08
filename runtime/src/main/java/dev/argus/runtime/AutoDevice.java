package dev.argus.runtime;

import dev.argus.base.failure.ModelFault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The choice of whoever asks for the fastest device there is. */
final class AutoDevice {
  private static final Logger LOG = LoggerFactory.getLogger(AutoDevice.class);

  private AutoDevice() {}

  /** The first GPU, or the processor where none can be used. */
  static DeviceName resolve() {
    try (Device _ = CudaDevice.open(new DeviceName.Cuda(0), 1, Recording.OFF)) {
      return new DeviceName.Cuda(0);
    } catch (ModelFault e) {
      LOG.warn("Running on the processor: {}", e.getMessage());
      return new DeviceName.Cpu();
    }
  }
}
