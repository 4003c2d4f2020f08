package dev.argus.runtime.capi;

import static dev.argus.runtime.capi.OrtApi.POINTER;
import static dev.argus.runtime.capi.OrtApi.SIZE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A graph, loaded. Thread-safe. */
public final class OrtSession implements AutoCloseable {
  private static final MethodHandle CREATE = OrtApi.status(7, POINTER, POINTER, POINTER, POINTER);
  private static final MethodHandle CREATE_PREPACKED =
      OrtApi.status(168, POINTER, POINTER, POINTER, POINTER, POINTER);
  private static final MethodHandle RELEASE = OrtApi.release(95);

  private static final MethodHandle GET_INPUT_COUNT = OrtApi.status(30, POINTER, POINTER);
  private static final MethodHandle GET_OUTPUT_COUNT = OrtApi.status(31, POINTER, POINTER);
  private static final MethodHandle GET_INPUT_TYPE = OrtApi.status(33, POINTER, SIZE, POINTER);
  private static final MethodHandle GET_OUTPUT_TYPE = OrtApi.status(34, POINTER, SIZE, POINTER);
  private static final MethodHandle GET_INPUT_NAME =
      OrtApi.status(36, POINTER, SIZE, POINTER, POINTER);
  private static final MethodHandle GET_OUTPUT_NAME =
      OrtApi.status(37, POINTER, SIZE, POINTER, POINTER);
  private static final MethodHandle GET_TENSOR_INFO = OrtApi.status(55, POINTER, POINTER);
  private static final MethodHandle RELEASE_TYPE = OrtApi.release(98);

  /** Characters of a path as the system's C functions take them. */
  private static final Charset PATHS =
      System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("win")
          ? StandardCharsets.UTF_16LE
          : StandardCharsets.UTF_8;

  private final Handle handle;
  private final Map<String, Optional<TensorInfo>> inputs;
  private final Map<String, Optional<TensorInfo>> outputs;

  private OrtSession(Handle handle) {
    this.handle = handle;
    try {
      this.inputs = nodes(handle, GET_INPUT_COUNT, GET_INPUT_NAME, GET_INPUT_TYPE);
      this.outputs = nodes(handle, GET_OUTPUT_COUNT, GET_OUTPUT_NAME, GET_OUTPUT_TYPE);
    } catch (OrtFault e) {
      handle.close();
      throw e;
    }
  }

  /**
   * Loads a graph.
   *
   * @throws OrtFault if that fails
   */
  public static OrtSession open(OrtEnv env, Path graph, OrtSessionOptions options) {
    try (Arena arena = Arena.ofConfined();
        var _ = env.handle().hold();
        var _ = options.handle().hold()) {
      MemorySegment path = arena.allocateFrom(graph.toString(), PATHS);
      MemorySegment environment = env.handle().address();
      MemorySegment how = options.handle().address();
      MemorySegment session =
          OrtApi.make(out -> (MemorySegment) CREATE.invokeExact(environment, path, how, out));
      return of(session, env, options, List.of());
    }
  }

  /**
   * Loads a graph that shares packed weights.
   *
   * @throws OrtFault if that fails
   */
  public static OrtSession open(
      OrtEnv env, Path graph, OrtSessionOptions options, OrtPrepackedWeights weights) {
    try (Arena arena = Arena.ofConfined();
        var _ = env.handle().hold();
        var _ = options.handle().hold();
        var _ = weights.handle().hold()) {
      MemorySegment path = arena.allocateFrom(graph.toString(), PATHS);
      MemorySegment environment = env.handle().address();
      MemorySegment how = options.handle().address();
      MemorySegment packed = weights.handle().address();
      MemorySegment session =
          OrtApi.make(out ->
              (MemorySegment) CREATE_PREPACKED.invokeExact(environment, path, how, packed, out));
      return of(session, env, options, List.of(weights.handle().lifetime()));
    }
  }

  private static OrtSession of(
      MemorySegment session, OrtEnv env, OrtSessionOptions options, List<Lifetime> weights) {
    List<Lifetime> used = new ArrayList<>(options.used());
    used.addAll(weights);
    used.add(env.handle().lifetime());
    return new OrtSession(
        new Handle(
            "the session",
            session,
            object -> {
              RELEASE.invokeExact(object);
            },
            used));
  }

  /** The inputs in the graph's order; empty for one that is no tensor. */
  public Map<String, Optional<TensorInfo>> inputs() {
    return inputs;
  }

  /** The outputs in the graph's order; empty for one that is no tensor. */
  public Map<String, Optional<TensorInfo>> outputs() {
    return outputs;
  }

  private static Map<String, Optional<TensorInfo>> nodes(
      Handle handle, MethodHandle getCount, MethodHandle getName, MethodHandle getType) {
    Map<String, Optional<TensorInfo>> nodes = new LinkedHashMap<>();
    try (Arena arena = Arena.ofConfined();
        var _ = handle.hold()) {
      MemorySegment session = handle.address();
      MemorySegment count = arena.allocate(SIZE);
      OrtApi.call(() -> (MemorySegment) getCount.invokeExact(session, count));
      for (long i = 0; i < count.get(SIZE, 0); i++) {
        long index = i;
        String name =
            DefaultAllocator.string((allocator, out) ->
                (MemorySegment) getName.invokeExact(session, index, allocator, out));
        MemorySegment type =
            OrtApi.make(out -> (MemorySegment) getType.invokeExact(session, index, out));
        try {
          nodes.put(name, tensor(type));
        } finally {
          OrtApi.free(
              object -> {
                RELEASE_TYPE.invokeExact(object);
              },
              type);
        }
      }
    }
    return Collections.unmodifiableMap(nodes);
  }

  /** Reads an {@code OrtTypeInfo}. */
  private static Optional<TensorInfo> tensor(MemorySegment type) {
    MemorySegment info = OrtApi.make(out -> (MemorySegment) GET_TENSOR_INFO.invokeExact(type, out));
    return info.address() == 0 ? Optional.empty() : Optional.of(TensorInfo.read(info));
  }

  Handle handle() {
    return handle;
  }

  /** Unloads the graph when nobody uses it any more. Idempotent. */
  @Override
  public void close() {
    handle.close();
  }
}
