package dev.argus.bench.measure;

import dev.argus.runtime.Device;
import dev.argus.runtime.ElementType;
import dev.argus.runtime.Recording;
import dev.argus.runtime.Session;
import dev.argus.runtime.Shape;
import dev.argus.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Path;

/** A device that has another do all the work; for those that measure a part of it. */
public abstract class ForwardingDevice implements Device {
  private final Device device;

  /**
   * @param device does the work; closed with this one
   */
  protected ForwardingDevice(Device device) {
    this.device = device;
  }

  @Override
  public String description() {
    return device.description();
  }

  @Override
  public Recording recording() {
    return device.recording();
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
  public boolean hasOwnMemory() {
    return device.hasOwnMemory();
  }

  @Override
  public void copyTogether(Runnable copies) {
    device.copyTogether(copies);
  }

  @Override
  public long maxTensorBytes() {
    return device.maxTensorBytes();
  }

  @Override
  public Session open(Path graph) {
    return measured(device.open(graph));
  }

  @Override
  public Session openForeign(Path graph) {
    return measured(device.openForeign(graph));
  }

  /** What measures a session of the device. */
  protected abstract Session measured(Session session);

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
