package dev.argus.runtime.capi;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The table of ONNX Runtime's functions, {@code OrtApi} of {@code onnxruntime_c_api.h}.
 *
 * <p>Design note: the table only ever grows at its end, so that a function is known by its place in
 * it. The places are those of the header of {@value #VERSION}, the oldest that has all of them; the
 * library gives its table to whoever asks for its own version or an older one.
 */
final class OrtApi {
  /** Version of the API that is asked for. */
  static final int VERSION = 16;

  static final AddressLayout POINTER = ValueLayout.ADDRESS;
  static final ValueLayout.OfLong SIZE = ValueLayout.JAVA_LONG;
  static final ValueLayout.OfInt ENUM = ValueLayout.JAVA_INT;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemorySegment TABLE = table();

  private static final MethodHandle GET_ERROR_CODE =
      function(1, FunctionDescriptor.of(ENUM, POINTER));
  private static final MethodHandle GET_ERROR_MESSAGE =
      function(2, FunctionDescriptor.of(POINTER, POINTER));
  private static final MethodHandle RELEASE_STATUS = release(93);

  private OrtApi() {}

  /** A call of a function that gives a status. */
  @FunctionalInterface
  interface Call {
    MemorySegment invoke() throws Throwable;
  }

  /** A call of a function that gives a status and writes a pointer. */
  @FunctionalInterface
  interface Maker {
    MemorySegment invoke(MemorySegment pointer) throws Throwable;
  }

  /**
   * A call of a function that frees; a lambda over a constant handle, so that it is compiled well.
   */
  @FunctionalInterface
  interface Release {
    void invoke(MemorySegment object) throws Throwable;
  }

  /** A function that gives a status. */
  static MethodHandle status(int place, MemoryLayout... arguments) {
    return function(place, FunctionDescriptor.of(POINTER, arguments));
  }

  /** A function that frees its only argument. */
  static MethodHandle release(int place) {
    return function(place, FunctionDescriptor.ofVoid(POINTER));
  }

  /**
   * Calls.
   *
   * @throws OrtFault if the status says so
   */
  static void call(Call call) {
    MemorySegment status = (MemorySegment) unchecked(call::invoke);
    if (status.address() != 0) {
      throw fault(status);
    }
  }

  /** Calls, and gives the pointer that was written. */
  static MemorySegment make(Maker maker) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pointer = arena.allocate(POINTER);
      call(() -> maker.invoke(pointer));
      return pointer.get(POINTER, 0);
    }
  }

  /** Calls a function that frees. */
  static void free(Release release, MemorySegment object) {
    unchecked(() -> {
      release.invoke(object);
      return object;
    });
  }

  private static OrtFault fault(MemorySegment status) {
    try {
      int code = (int) unchecked(() -> (int) GET_ERROR_CODE.invokeExact(status));
      return new OrtFault(
          code,
          NativeText.at(
              (MemorySegment)
                  unchecked(() -> (MemorySegment) GET_ERROR_MESSAGE.invokeExact(status))));
    } finally {
      free(
          object -> {
            RELEASE_STATUS.invokeExact(object);
          },
          status);
    }
  }

  @FunctionalInterface
  private interface Invocation {
    Object invoke() throws Throwable;
  }

  private static Object unchecked(Invocation invocation) {
    try {
      return invocation.invoke();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a native function cannot be called", e);
    }
  }

  /** Memory at an address, which is known to have that many bytes. */
  @SuppressWarnings("restricted") // The callers know.
  static MemorySegment sized(MemorySegment address, long bytes) {
    return address.reinterpret(bytes);
  }

  @SuppressWarnings("restricted") // Functions of the header, called as declared there.
  private static MethodHandle function(int place, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(TABLE.getAtIndex(POINTER, place), descriptor);
  }

  @SuppressWarnings("restricted")
  private static MemorySegment table() {
    MemorySegment getBase = SymbolLookup.loaderLookup().findOrThrow("OrtGetApiBase");
    MethodHandle base = LINKER.downcallHandle(getBase, FunctionDescriptor.of(POINTER));
    MemorySegment functions =
        sized((MemorySegment) unchecked(() -> (MemorySegment) base.invokeExact()), 2 * pointer());
    MethodHandle getApi =
        LINKER.downcallHandle(functions.get(POINTER, 0), FunctionDescriptor.of(POINTER, ENUM));
    MemorySegment table =
        (MemorySegment) unchecked(() -> (MemorySegment) getApi.invokeExact(VERSION));
    if (table.address() == 0) {
      throw new IllegalStateException(
          "ONNX Runtime is older than version %d of its API".formatted(VERSION));
    }
    int functionsOfVersion = 266;
    return sized(table, functionsOfVersion * pointer());
  }

  private static long pointer() {
    return POINTER.byteSize();
  }
}
