package dev.argus.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.argus.base.failure.ModelFault;
import dev.argus.runtime.capi.OrtEnv;
import dev.argus.runtime.capi.OrtFault;
import dev.argus.runtime.capi.OrtSessionOptions;
import org.jspecify.annotations.Nullable;

/**
 * ONNX Runtime in this process: the environment, of which the native library allows one, and its
 * global thread pool.
 *
 * <p>Threads never spin while they wait: it burns 20 to 30 ms of processor time for each paced
 * decode step and gains nothing.
 *
 * @param environment the native environment; lives as long as the process
 * @param poolThreads size of the global thread pool, set by whoever asked first
 */
record OrtRuntime(OrtEnvironment environment, int poolThreads) {
  private static @Nullable OrtRuntime instance;

  /** The process's runtime; begins it, with this many threads, if nobody has. */
  static synchronized OrtRuntime get(int threads) {
    OrtRuntime runtime = instance;
    if (runtime == null) {
      runtime = begin(threads);
      instance = runtime;
    }
    return runtime;
  }

  private static OrtRuntime begin(int threads) {
    OrtTelemetry.disable();
    OrtLibrary.unpackOnce();
    // Fatal only: what fails is thrown, and logged once, by whoever handles it.
    var level = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
    try (var options = new OrtEnvironment.ThreadingOptions()) {
      options.setGlobalIntraOpNumThreads(threads);
      options.setGlobalInterOpNumThreads(1);
      options.setGlobalSpinControl(false);
      return new OrtRuntime(OrtEnvironment.getEnvironment(level, "argus", options), threads);
    } catch (OrtException | LinkageError | RuntimeException e) {
      throw new ModelFault("ONNX Runtime cannot be loaded: " + e.getMessage(), e);
    }
  }

  /** The same environment, for the C API; closed by the caller. */
  OrtEnv join() {
    return OrtEnv.join();
  }

  /** As {@link #sessionOptions}, for the C API. */
  OrtSessionOptions nativeSessionOptions(int threads) {
    var options = new OrtSessionOptions();
    try {
      if (threads == poolThreads) {
        options.useGlobalThreads();
      } else {
        options.threads(threads).config("session.intra_op.allow_spinning", "0");
      }
      return options.disableMemoryPattern();
    } catch (OrtFault e) {
      options.close();
      throw e;
    }
  }

  /**
   * Options of a session that runs with this many threads: on the global pool if it has as many,
   * else on a pool of its own. Closed by the caller.
   */
  OrtSession.SessionOptions sessionOptions(int threads) throws OrtException {
    var options = new OrtSession.SessionOptions();
    try {
      if (threads == poolThreads) {
        options.disablePerSessionThreads();
      } else {
        options.setIntraOpNumThreads(threads);
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
      }
      // It would remember a plan for every combination of input shapes, and prompts come in all
      // lengths.
      options.setMemoryPatternOptimization(false);
      return options;
    } catch (OrtException e) {
      options.close();
      throw e;
    }
  }
}
