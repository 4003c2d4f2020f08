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
 * ONNX Runtime in this process: the environment, of which the native library allows one. Each
 * session has a thread pool of its own.
 *
 * <p>A pool's threads spin for a moment before they sleep. To wake one takes as long as many an
 * operator of a decode step: 0.04 ms on a virtual machine, some 200 times a step. Spinning for as
 * long as ONNX Runtime does by itself burns 20 to 30 ms of processor time for each paced step.
 *
 * @param environment the native environment; lives as long as the process
 */
record OrtRuntime(OrtEnvironment environment) {
  private static final String SPIN_KEY = "session.intra_op.spin_duration_us";
  private static final String SPIN_MICROS = "50";

  private static @Nullable OrtRuntime instance;

  /** The process's runtime; begins it if nobody has. */
  static synchronized OrtRuntime get() {
    OrtRuntime runtime = instance;
    if (runtime == null) {
      runtime = begin();
      instance = runtime;
    }
    return runtime;
  }

  private static OrtRuntime begin() {
    OrtVariables.set();
    OrtLibrary.unpackOnce();
    // Fatal only: what fails is thrown, and logged once, by whoever handles it.
    var level = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
    try {
      return new OrtRuntime(OrtEnvironment.getEnvironment(level, "argus"));
    } catch (LinkageError | RuntimeException e) {
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
      return options.threads(threads).config(SPIN_KEY, SPIN_MICROS).disableMemoryPattern();
    } catch (OrtFault e) {
      options.close();
      throw e;
    }
  }

  /** Options of a session that runs with this many threads. Closed by the caller. */
  OrtSession.SessionOptions sessionOptions(int threads) throws OrtException {
    var options = new OrtSession.SessionOptions();
    try {
      options.setIntraOpNumThreads(threads);
      options.addConfigEntry(SPIN_KEY, SPIN_MICROS);
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
