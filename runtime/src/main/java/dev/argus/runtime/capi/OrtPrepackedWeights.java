package dev.argus.runtime.capi;

import static dev.argus.runtime.capi.OrtApi.POINTER;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Weights as kernels pack them, which sessions with the same {@link OrtSessionOptions#initializer
 * initializers} share. Sessions that use it keep it. Thread-safe.
 */
public final class OrtPrepackedWeights implements AutoCloseable {
  private static final MethodHandle CREATE = OrtApi.status(166, POINTER);
  private static final MethodHandle RELEASE = OrtApi.release(167);

  private final Handle handle =
      new Handle(
          "the packed weights",
          OrtApi.make(out -> (MemorySegment) CREATE.invokeExact(out)),
          object -> {
            RELEASE.invokeExact(object);
          });

  Handle handle() {
    return handle;
  }

  @Override
  public void close() {
    handle.close();
  }
}
