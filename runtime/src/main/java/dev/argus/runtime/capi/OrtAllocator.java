package dev.argus.runtime.capi;

import static dev.argus.runtime.capi.OrtApi.POINTER;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/** Gives out a session's memory. Thread-safe. */
public final class OrtAllocator implements AutoCloseable {
  private static final MethodHandle CREATE = OrtApi.status(131, POINTER, POINTER, POINTER);
  private static final MethodHandle RELEASE = OrtApi.release(132);

  private final Handle handle;

  private OrtAllocator(Handle handle) {
    this.handle = handle;
  }

  /**
   * A session's allocator for one memory.
   *
   * @throws OrtFault if the session has none for it
   */
  public static OrtAllocator of(OrtSession session, OrtMemoryInfo memory) {
    try (var _ = session.handle().hold();
        var _ = memory.handle().hold()) {
      MemorySegment owner = session.handle().address();
      MemorySegment info = memory.handle().address();
      MemorySegment allocator =
          OrtApi.make(out -> (MemorySegment) CREATE.invokeExact(owner, info, out));
      return new OrtAllocator(
          new Handle(
              "the allocator",
              allocator,
              object -> {
                RELEASE.invokeExact(object);
              },
              List.of(session.handle().lifetime())));
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
