package dev.argus.runtime.capi;

import static dev.argus.runtime.capi.OrtApi.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Options of runs, through which they can also be stopped. Thread-safe. */
public final class OrtRunOptions implements AutoCloseable {
  private static final MethodHandle CREATE = OrtApi.status(39, POINTER);
  private static final MethodHandle SET_TERMINATE = OrtApi.status(46, POINTER);
  private static final MethodHandle UNSET_TERMINATE = OrtApi.status(47, POINTER);
  private static final MethodHandle RELEASE = OrtApi.release(97);
  private static final MethodHandle ADD_CONFIG = OrtApi.status(165, POINTER, POINTER, POINTER);

  private final Handle handle =
      new Handle(
          "the run options",
          OrtApi.make(out -> (MemorySegment) CREATE.invokeExact(out)),
          object -> {
            RELEASE.invokeExact(object);
          });

  /** Sets an option by its name in {@code onnxruntime_run_options_config_keys.h}. */
  public OrtRunOptions config(String key, String value) {
    try (Arena arena = Arena.ofConfined();
        var _ = handle.hold()) {
      MemorySegment name = arena.allocateFrom(key);
      MemorySegment text = arena.allocateFrom(value);
      OrtApi.call(() -> (MemorySegment) ADD_CONFIG.invokeExact(handle.address(), name, text));
    }
    return this;
  }

  /** Lets runs with these options, also those that have begun, fail at their next node. */
  public void terminate() {
    try (var _ = handle.hold()) {
      OrtApi.call(() -> (MemorySegment) SET_TERMINATE.invokeExact(handle.address()));
    }
  }

  /** Lets runs with these options run again. */
  public void resume() {
    try (var _ = handle.hold()) {
      OrtApi.call(() -> (MemorySegment) UNSET_TERMINATE.invokeExact(handle.address()));
    }
  }

  Handle handle() {
    return handle;
  }

  @Override
  public void close() {
    handle.close();
  }
}
