package dev.argus.runtime;

import dev.argus.runtime.capi.OrtRunOptions;
import java.util.Optional;

/** What runs of a binding are to ONNX Runtime. */
sealed interface NativeRuns {
  /** What tells recordings apart; {@code onnxruntime_run_options_config_keys.h}. */
  String RECORDING = "gpu_graph_id";

  /** Options of each run, closed by the caller; empty for the defaults. */
  Optional<OrtRunOptions> options();

  /** Of a session that does not record. */
  record Plain() implements NativeRuns {
    @Override
    public Optional<OrtRunOptions> options() {
      return Optional.empty();
    }
  }

  /** Of a session that records, but not these. */
  record Unrecorded() implements NativeRuns {
    @Override
    public Optional<OrtRunOptions> options() {
      return Optional.of(numbered(-1));
    }
  }

  /**
   * Recorded.
   *
   * @param number of the recording in its session; 0 or more
   */
  record Recorded(int number) implements NativeRuns {
    @Override
    public Optional<OrtRunOptions> options() {
      return Optional.of(numbered(number));
    }
  }

  private static OrtRunOptions numbered(int number) {
    OrtRunOptions options = new OrtRunOptions();
    return options.config(RECORDING, Integer.toString(number));
  }
}
