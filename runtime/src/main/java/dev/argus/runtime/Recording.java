package dev.argus.runtime;

/**
 * Whether a device records what bindings that {@link Session#bindRecorded} made do, and repeats it.
 */
public enum Recording {
  /** Each run is begun anew, operator by operator. */
  OFF,

  /**
   * On a GPU, a run is one launch of what the first run recorded: a CUDA graph. On a processor
   * nothing is recorded, and results are the same.
   */
  ON
}
