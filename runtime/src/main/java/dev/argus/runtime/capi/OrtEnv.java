package dev.argus.runtime.capi;

import static dev.argus.runtime.capi.OrtApi.ENUM;
import static dev.argus.runtime.capi.OrtApi.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * The process's environment, of which there is one: the Java API's, with its thread pool, if that
 * has begun. Thread-safe.
 */
public final class OrtEnv implements AutoCloseable {
  private static final MethodHandle CREATE = OrtApi.status(3, ENUM, POINTER, POINTER);
  private static final MethodHandle RELEASE = OrtApi.release(92);
  private static final MethodHandle GET_AVAILABLE_PROVIDERS = OrtApi.status(125, POINTER, POINTER);
  private static final MethodHandle RELEASE_AVAILABLE_PROVIDERS = OrtApi.status(126, POINTER, ENUM);
  private static final int FATAL_ONLY = 4;

  private final Handle handle;

  private OrtEnv(Handle handle) {
    this.handle = handle;
  }

  /** Becomes a user of the environment, which begins with the first. */
  public static OrtEnv join() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom("argus");
      MemorySegment env =
          OrtApi.make(out -> (MemorySegment) CREATE.invokeExact(FATAL_ONLY, name, out));
      return new OrtEnv(
          new Handle(
              "the environment",
              env,
              object -> {
                RELEASE.invokeExact(object);
              }));
    }
  }

  /** Native objects that were made through this package and have not been freed. */
  public static long liveObjects() {
    return Handle.live();
  }

  /** Names of the execution providers that the native library was built with. */
  public static List<String> providers() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(ENUM);
      MemorySegment names =
          OrtApi.make(out -> (MemorySegment) GET_AVAILABLE_PROVIDERS.invokeExact(out, count));
      int length = count.get(ENUM, 0);
      MemorySegment array = OrtApi.sized(names, length * POINTER.byteSize());
      List<String> providers = new ArrayList<>(length);
      for (int i = 0; i < length; i++) {
        providers.add(NativeText.at(array.getAtIndex(POINTER, i)));
      }
      OrtApi.call(() -> (MemorySegment) RELEASE_AVAILABLE_PROVIDERS.invokeExact(names, length));
      return providers;
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
