package dev.argus.runtime;

import dev.argus.base.failure.ModelFault;
import dev.argus.runtime.capi.DriverCalls;
import dev.argus.runtime.capi.Lifetime;
import dev.argus.runtime.capi.OrtMemoryInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** The processor. */
final class CpuDevice implements Device {
  /** ONNX Runtime's Java API takes memory as a {@link java.nio.ByteBuffer}, less some slack. */
  private static final long MAX_TENSOR_BYTES = Integer.MAX_VALUE - 64L;

  private final OrtRuntime runtime;
  private final int threads;
  private final Recording recording;
  private final Graphs graphs;
  private final Lifetime lifetime;

  private CpuDevice(OrtRuntime runtime, int threads, Recording recording, Graphs graphs) {
    this.runtime = runtime;
    this.threads = threads;
    this.recording = recording;
    this.graphs = graphs;
    this.lifetime = new Lifetime("the device", graphs::close);
  }

  static CpuDevice open(int threads, OrtAccess access, Recording recording) {
    if (threads < 1) {
      throw new IllegalArgumentException("at least one thread is needed, not " + threads);
    }
    OrtRuntime runtime = OrtRuntime.get();
    Graphs graphs =
        switch (access) {
          case C -> throughC(runtime, threads, recording);
          case JAVA -> new JavaGraphs(runtime, threads);
        };
    return new CpuDevice(runtime, threads, recording, graphs);
  }

  private static Graphs throughC(OrtRuntime runtime, int threads, Recording recording) {
    Place place = new Place(HostMemory.INSTANCE, OrtMemoryInfo.host(), false, DriverCalls.FREE);
    return new NativeGraphs(
        runtime.join(), place, recording, _ -> runtime.nativeSessionOptions(threads));
  }

  @Override
  public String description() {
    return threads == 1 ? "cpu, 1 thread" : "cpu, %d threads".formatted(threads);
  }

  @Override
  public Recording recording() {
    return recording;
  }

  @Override
  public void requireArithmetic(ElementType floats) {
    if (floats != ElementType.FLOAT32) {
      throw new ModelFault(
          "a graph that computes in %s is for a GPU: on a processor, ONNX Runtime's float16 takes about five times as long as float32, and it has no bfloat16; take fp32, int8 or int4"
              .formatted(floats.name().toLowerCase(Locale.ROOT)),
          null);
    }
  }

  @Override
  public Tensor allocate(ElementType type, Shape shape) {
    lifetime.requireOpen();
    if (shape.elements() > MAX_TENSOR_BYTES / type.bytes()) {
      throw new IllegalArgumentException(
          "%s %s is larger than the %d bytes that a tensor can have on this device"
              .formatted(type, shape, MAX_TENSOR_BYTES));
    }
    return MemoryTensor.allocate(HostMemory.INSTANCE, type, shape);
  }

  @Override
  public long maxTensorBytes() {
    return MAX_TENSOR_BYTES;
  }

  @Override
  public Session open(Path graph) {
    lifetime.requireOpen();
    GraphFiles.require(graph);
    return graphs.open(graph);
  }

  @Override
  public Session openForeign(Path graph) {
    lifetime.requireOpen();
    GraphFiles.require(graph);
    return graphs.openForeign(graph);
  }

  @Override
  public String finishKey() {
    return finish().key();
  }

  @Override
  public void finish(Path built, Path finished) throws IOException {
    lifetime.requireOpen();
    finish().finish(built, finished);
  }

  private CpuFinish finish() {
    return new CpuFinish(runtime, threads, CpuFinish.MAX_DATA_BYTES);
  }

  @Override
  public void close() {
    lifetime.close();
  }
}
