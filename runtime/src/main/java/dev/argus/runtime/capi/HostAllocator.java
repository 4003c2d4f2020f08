package dev.argus.runtime.capi;

import static dev.argus.runtime.capi.OrtApi.POINTER;
import static dev.argus.runtime.capi.OrtApi.SIZE;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The C library's memory for ONNX Runtime's sessions on the processor, but for what they reserve
 * while they are opened, such as packed weights: that may come from elsewhere.
 *
 * <p>Design note: ONNX Runtime calls these functions a few hundred times in a decode step, which
 * was measured to take no longer than its own arena does. They must not throw. Where no memory is
 * left they give none, and the run fails.
 *
 * <p>Source: {@code OrtAllocator} and {@code RegisterAllocator} of {@code onnxruntime_c_api.h}.
 * Thread-safe.
 */
@SuppressWarnings({
  "UnusedMethod",
  "UnusedVariable"
}) // ONNX Runtime calls them, as its header says.
public final class HostAllocator {
  /** The session takes its memory from the allocator that is registered. */
  static final String SESSION_KEY = "session.use_env_allocators";

  private static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
          ValueLayout.JAVA_INT.withName("version"),
          MemoryLayout.paddingLayout(4),
          POINTER.withName("alloc"),
          POINTER.withName("free"),
          POINTER.withName("info"),
          POINTER.withName("reserve"));

  /** The first version of the structure that has {@code reserve}, and nothing after it. */
  private static final int VERSION = 18;

  /** What ONNX Runtime's matrix instructions want. */
  private static final long ALIGNMENT = 64;

  private static final MethodHandle REGISTER = OrtApi.status(176, POINTER, POINTER);
  private static final MethodHandle ALIGNED_ALLOC =
      library("aligned_alloc", FunctionDescriptor.of(POINTER, SIZE, SIZE));
  private static final MethodHandle FREE = library("free", FunctionDescriptor.ofVoid(POINTER));

  private static final ThreadLocal<@Nullable Pieces> OPENING = new ThreadLocal<>();
  private static final List<Pieces> ALL = new CopyOnWriteArrayList<>();
  private static @Nullable OrtMemoryInfo memory;

  private HostAllocator() {}

  /** Where the pieces come from that a session reserves while it is opened. Thread-safe. */
  public interface Pieces {
    /**
     * A piece of memory.
     *
     * @return its address, a multiple of 64; 0 where it is to come from the C library
     */
    long reserve(long bytes);

    /** Whether a piece is one of these. */
    boolean holds(long address);

    /** Takes a piece back. */
    void free(long address);
  }

  /**
   * Opens a session whose options say {@link OrtSessionOptions#hostAllocator}.
   *
   * @param open opens it on the caller's thread
   * @param pieces given until {@link #forget}
   */
  public static OrtSession open(OrtEnv env, Pieces pieces, Supplier<OrtSession> open) {
    register(env);
    ALL.add(pieces);
    OPENING.set(pieces);
    try {
      return open.get();
    } finally {
      OPENING.remove();
    }
  }

  /** All pieces are taken back, and no more will be asked for. */
  public static void forget(Pieces pieces) {
    ALL.remove(pieces);
  }

  private static synchronized void register(OrtEnv env) {
    if (memory != null) {
      return;
    }
    MemorySegment allocator = Arena.global().allocate(LAYOUT);
    allocator.set(ValueLayout.JAVA_INT, 0, VERSION);
    set(allocator, "alloc", FunctionDescriptor.of(POINTER, POINTER, SIZE));
    set(allocator, "free", FunctionDescriptor.ofVoid(POINTER, POINTER));
    set(allocator, "info", FunctionDescriptor.of(POINTER, POINTER));
    set(allocator, "reserve", FunctionDescriptor.of(POINTER, POINTER, SIZE));
    memory = OrtMemoryInfo.host();
    try (var _ = env.handle().hold()) {
      MemorySegment environment = env.handle().address();
      OrtApi.call(() -> (MemorySegment) REGISTER.invokeExact(environment, allocator));
    }
  }

  private static MemorySegment alloc(MemorySegment allocator, long bytes) {
    long rounded = (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    try {
      return bytes == 0
          ? MemorySegment.NULL
          : (MemorySegment) ALIGNED_ALLOC.invokeExact(ALIGNMENT, rounded);
    } catch (Throwable e) {
      throw new IllegalStateException("aligned_alloc cannot be called", e);
    }
  }

  private static void free(MemorySegment allocator, MemorySegment piece) {
    for (Pieces pieces : ALL) {
      if (pieces.holds(piece.address())) {
        pieces.free(piece.address());
        return;
      }
    }
    try {
      FREE.invokeExact(piece);
    } catch (Throwable e) {
      throw new IllegalStateException("free cannot be called", e);
    }
  }

  @SuppressWarnings("NullAway") // It is registered after this is set.
  private static MemorySegment info(MemorySegment allocator) {
    return memory.handle().address();
  }

  private static MemorySegment reserve(MemorySegment allocator, long bytes) {
    Pieces pieces = OPENING.get();
    long address = pieces == null ? 0 : pieces.reserve(bytes);
    return address == 0 ? alloc(allocator, bytes) : MemorySegment.ofAddress(address);
  }

  @SuppressWarnings("restricted") // A function of ours, of the type that the header says.
  private static void set(MemorySegment allocator, String name, FunctionDescriptor type) {
    MethodType method = type.toMethodType();
    try {
      MethodHandle function = MethodHandles.lookup().findStatic(HostAllocator.class, name, method);
      MemorySegment stub = Linker.nativeLinker().upcallStub(function, type, Arena.global());
      allocator.set(POINTER, LAYOUT.byteOffset(PathElement.groupElement(name)), stub);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("restricted") // Functions of the C library that return at once.
  private static MethodHandle library(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), type, Linker.Option.critical(false));
  }
}
