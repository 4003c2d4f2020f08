package dev.argus.runtime;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Where graphs run: its memory and its threads.
 *
 * <p>Thread-safe. Tensors, sessions and bindings of one device do not work with another's. Close
 * them before the device.
 */
public interface Device extends AutoCloseable {

  /**
   * The processor, through ONNX Runtime's C API, or the Java API if the system property {@code
   * argus.runtime.access} is {@code java}.
   *
   * @param threads threads that one run may use, the caller's included; at least 1. Devices with
   *     the same number share one pool in the process.
   * @throws dev.argus.base.failure.ModelFault if the native library cannot be loaded
   */
  static Device cpu(int threads) {
    return cpu(threads, OrtAccess.configured());
  }

  /** As above, through an API of the caller's choice. */
  static Device cpu(int threads, OrtAccess access) {
    return CpuDevice.open(threads, access, Recording.OFF);
  }

  /**
   * A word for what decides which way of running graphs is fastest here: ONNX Runtime's version,
   * the processors' kind and their number.
   */
  static String machine() {
    try (Device device = cpu(1)) {
      return "%s-%d".formatted(device.finishKey(), Runtime.getRuntime().availableProcessors());
    }
  }

  /**
   * The device of a name. Only {@link DeviceName.Auto} ever takes another than was asked for, and
   * warns then.
   *
   * @param threads as above; on a GPU, for what graphs leave to the processor
   * @throws dev.argus.base.failure.ModelFault if it cannot be used, saying what to install
   */
  static Device open(DeviceName name, int threads) {
    return open(name, threads, Recording.OFF);
  }

  /**
   * As above.
   *
   * @param recording whether it records; a session of a graph that {@link #open(Path)} opens holds
   *     recordings then, and a graph of which a part is left to the processor cannot be opened
   */
  static Device open(DeviceName name, int threads, Recording recording) {
    return switch (name) {
      case DeviceName.Cpu _ -> CpuDevice.open(threads, OrtAccess.configured(), recording);
      case DeviceName.Cuda gpu -> CudaDevice.open(gpu, threads, recording);
      case DeviceName.Auto _ -> open(AutoDevice.resolve(), threads, recording);
    };
  }

  /**
   * The name of the device that {@link #open} opens: the same, but for {@link DeviceName.Auto},
   * which becomes another. Warns as above.
   */
  static DeviceName resolve(DeviceName name) {
    return switch (name) {
      case DeviceName.Cpu _, DeviceName.Cuda _ -> name;
      case DeviceName.Auto _ -> AutoDevice.resolve();
    };
  }

  /** What this is, for people: such as {@code cpu, 2 threads}. */
  String description();

  /** Whether it records what {@link Session#bindRecorded} is for. */
  Recording recording();

  /**
   * Refuses graphs that compute in a type of floats for which this device has no fast arithmetic.
   *
   * @throws dev.argus.base.failure.ModelFault if it has none, saying why
   */
  void requireArithmetic(ElementType floats);

  /**
   * Allocates a tensor in the device's memory, filled with zeros. On a processor it takes memory
   * only as it is written to.
   *
   * @throws IllegalArgumentException if it is larger than {@link #maxTensorBytes}
   * @throws dev.argus.base.failure.ModelFault if there is not enough memory
   */
  Tensor allocate(ElementType type, Shape shape);

  /** Whether its memory is its own: what is in the process's has to be brought there. */
  default boolean hasOwnMemory() {
    return false;
  }

  /**
   * Makes copies from tensor to tensor ({@link Tensor#copy}) in their order, and waits once for all
   * of them. Their tensors stay open meanwhile.
   *
   * @param copies makes them, in this thread
   */
  default void copyTogether(Runnable copies) {
    copies.run();
  }

  /**
   * Bytes of the largest tensor that this device allocates. A KV cache is one tensor for each
   * layer's keys and one for its values, so that only one layer's part has to fit.
   */
  long maxTensorBytes();

  /**
   * Opens a graph. Slow: reads and packs the weights.
   *
   * @param graph an ONNX file; external data is looked for beside it
   * @throws dev.argus.base.failure.ModelFault if the graph cannot be loaded
   */
  Session open(Path graph);

  /**
   * Opens a graph that another program wrote. Its names of dimensions are not compared with each
   * other: exporters give one name to different lengths.
   *
   * @param graph as above
   * @throws dev.argus.base.failure.ModelFault as above
   */
  Session openForeign(Path graph);

  /**
   * What {@link #finish} depends on besides the graph, as a part of a file name: it differs where a
   * finished graph of this device must not be used.
   */
  String finishKey();

  /**
   * Makes of a graph what this device opens fastest and with the least memory. The files are moved
   * as they are where nothing can be gained, or where it would take too much memory. Takes seconds
   * for each gigabyte.
   *
   * @param built the graph's file, in a folder with its data alone, which is emptied or left behind
   * @param finished where the finished graph goes, its data beside it, in another folder
   */
  void finish(Path built, Path finished) throws IOException;

  @Override
  void close();
}
