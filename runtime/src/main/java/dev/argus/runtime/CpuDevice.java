package dev.argus.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.ValueInfo;
import dev.argus.base.failure.ModelFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.BiFunction;

/** The processor. */
final class CpuDevice implements Device {
  /** ONNX Runtime's Java API takes memory as a {@link java.nio.ByteBuffer}, less some slack. */
  private static final long MAX_TENSOR_BYTES = Integer.MAX_VALUE - 64L;

  private final OrtRuntime runtime;
  private final int threads;
  private final Lifetime lifetime = new Lifetime("the device", () -> {});

  private CpuDevice(OrtRuntime runtime, int threads) {
    this.runtime = runtime;
    this.threads = threads;
  }

  static CpuDevice open(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("at least one thread is needed, not " + threads);
    }
    return new CpuDevice(OrtRuntime.get(threads), threads);
  }

  @Override
  public String description() {
    return threads == 1 ? "cpu, 1 thread" : "cpu, %d threads".formatted(threads);
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
    return CpuTensor.allocate(runtime.environment(), type, shape);
  }

  @Override
  public long maxTensorBytes() {
    return MAX_TENSOR_BYTES;
  }

  @Override
  public Session open(Path graph) {
    return open(graph, OrtSpecs::of);
  }

  @Override
  public Session openForeign(Path graph) {
    return open(graph, OrtSpecs::foreign);
  }

  private Session open(Path graph, BiFunction<String, ValueInfo, TensorSpec> specs) {
    lifetime.requireOpen();
    if (!Files.isRegularFile(graph)) {
      throw new ModelFault("there is no graph at " + graph, null);
    }
    try (OrtSession.SessionOptions options = runtime.sessionOptions(threads)) {
      return CpuSession.of(
          runtime.environment().createSession(graph.toString(), options), graph.toString(), specs);
    } catch (OrtException e) {
      throw new ModelFault("cannot load the graph %s: %s".formatted(graph, e.getMessage()), e);
    }
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
