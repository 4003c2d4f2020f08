package dev.argus.runtime;

import dev.argus.base.failure.ModelFault;
import dev.argus.runtime.capi.CudaFault;
import dev.argus.runtime.capi.CudaRuntime;
import dev.argus.runtime.capi.DriverCalls;
import dev.argus.runtime.capi.Lifetime;
import dev.argus.runtime.capi.OrtCudaOptions;
import dev.argus.runtime.capi.OrtEnv;
import dev.argus.runtime.capi.OrtFault;
import dev.argus.runtime.capi.OrtMemoryInfo;
import dev.argus.runtime.capi.OrtSessionOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A GPU of NVIDIA's. Tensors stay in its memory from one run to the next.
 *
 * <p>Written to the headers and exercised where there is no GPU as far as that goes: it has never
 * run on one.
 */
final class CudaDevice implements Device {
  private final CudaMemory memory;
  private final long totalBytes;
  private final Recording recording;
  private final Graphs graphs;
  private final Lifetime lifetime;

  private CudaDevice(CudaMemory memory, long totalBytes, Recording recording, Graphs graphs) {
    this.memory = memory;
    this.totalBytes = totalBytes;
    this.recording = recording;
    this.graphs = graphs;
    this.lifetime =
        new Lifetime(
            "the device",
            () -> {
              graphs.close();
              memory.close();
            });
  }

  /**
   * Opens a GPU.
   *
   * @param threads of the processor, for what a graph does there
   * @throws ModelFault if there is no such GPU, or something is not installed, saying what
   */
  static CudaDevice open(DeviceName.Cuda gpu, int threads, Recording recording) {
    int index = gpu.index();
    OrtRuntime runtime = OrtRuntime.get();
    CudaNeeds.require(OrtEnv.providers(), CudaRuntime::canLoad);
    CudaRuntime cuda = CudaRuntime.load();
    CudaMemory memory = new CudaMemory(cuda, index);
    long totalBytes = totalBytes(cuda, index);
    Place place = new Place(memory, OrtMemoryInfo.cuda(index), true, DriverCalls.CUDA);
    Graphs graphs =
        new NativeGraphs(
            runtime.join(),
            place,
            recording,
            records -> options(runtime, threads, settings(gpu, records)));
    return new CudaDevice(memory, totalBytes, recording, graphs);
  }

  private static long totalBytes(CudaRuntime cuda, int index) {
    try {
      int devices = cuda.devices();
      if (index >= devices) {
        throw new ModelFault(
            "there is no cuda:%d: this machine has %d GPUs, from cuda:0".formatted(index, devices),
            null);
      }
      return cuda.totalBytes(index);
    } catch (CudaFault e) {
      throw new ModelFault("the GPU cannot be used: " + e.getMessage(), e);
    }
  }

  private static OrtSessionOptions options(
      OrtRuntime runtime, int threads, Map<String, String> settings) {
    OrtSessionOptions options = runtime.nativeSessionOptions(threads);
    try (OrtCudaOptions cuda = new OrtCudaOptions()) {
      cuda.set(settings);
      return options.cuda(cuda);
    } catch (OrtFault e) {
      options.close();
      throw e;
    }
  }

  /** ONNX Runtime's CUDA options of a graph, by their names. */
  static Map<String, String> settings(DeviceName.Cuda gpu, Recording recording) {
    Map<String, String> settings = new HashMap<>();
    settings.put("device_id", Integer.toString(gpu.index()));
    // Sizes of prompts differ: memory that grew by doubling would be twice what is needed.
    settings.put("arena_extend_strategy", "kSameAsRequested");
    // Products of float32 in float32: whoever wants speed takes another precision.
    settings.put("use_tf32", "0");
    gpu.mebibytes()
        .ifPresent(most -> settings.put("gpu_mem_limit", Long.toString((long) most << 20)));
    if (recording == Recording.ON) {
      settings.put("enable_cuda_graph", "1");
    }
    return settings;
  }

  @Override
  public String description() {
    String name = "cuda:" + memory.device();
    return switch (recording) {
      case OFF -> name;
      case ON -> name + ", recording";
    };
  }

  @Override
  public Recording recording() {
    return recording;
  }

  @Override
  public void requireArithmetic(ElementType floats) {
    // A GPU that CUDA 12 knows computes in all of them.
  }

  @Override
  public Tensor allocate(ElementType type, Shape shape) {
    lifetime.requireOpen();
    if (shape.elements() > totalBytes / type.bytes()) {
      throw new IllegalArgumentException(
          "%s %s is larger than the %d bytes of this GPU".formatted(type, shape, totalBytes));
    }
    return MemoryTensor.allocate(memory, type, shape);
  }

  @Override
  public boolean hasOwnMemory() {
    return true;
  }

  @Override
  public void copyTogether(Runnable copies) {
    memory.copyTogether(copies);
  }

  @Override
  public long maxTensorBytes() {
    return totalBytes;
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
    return "cuda";
  }

  /** As it was built: what is packed for a processor is no use here. */
  @Override
  public void finish(Path built, Path finished) throws IOException {
    GraphFiles.move(built, finished);
  }

  @Override
  public void close() {
    lifetime.close();
  }
}
