package dev.argus.runtime.capi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.argus.runtime.Device;
import dev.argus.runtime.TinyGraph;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OrtIoBindingTest {
  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  @TempDir private Path folder;
  private final Arena arena = Arena.ofShared();
  private long before;

  @BeforeAll
  static void loadLibrary() {
    Device.cpu(2).close();
  }

  @BeforeEach
  void count() {
    before = OrtEnv.liveObjects();
  }

  @AfterEach
  void nothingIsLeft() {
    arena.close();
    assertThat(OrtEnv.liveObjects()).isEqualTo(before);
  }

  @Test
  void runsOverMemoryOfOurs() {
    MemorySegment x = floats(1, 2);
    MemorySegment z = floats(0, 0);
    try (OrtEnv env = OrtEnv.join();
        OrtSession session = open(env, sum());
        OrtMemoryInfo host = OrtMemoryInfo.host();
        OrtIoBinding binding = new OrtIoBinding(session)) {
      try (OrtValue in = OrtValue.over(host, x, FLOAT, 1, 2);
          OrtValue out = OrtValue.over(host, z, FLOAT, 1, 2)) {
        binding.bindInput("x", in);
        binding.bindInput("y", in);
        binding.bindOutput("z", out);
      }
      binding.run();
      assertThat(read(z, 2)).containsExactly(2, 4);

      x.setAtIndex(ValueLayout.JAVA_FLOAT, 0, 5);
      binding.run();
      assertThat(read(z, 2)).containsExactly(10, 4);
    }
  }

  @Test
  void aRunAllocatesAnOutputWhoseSizeNobodyKnows() {
    try (OrtEnv env = OrtEnv.join();
        OrtSession session = open(env, sum());
        OrtMemoryInfo host = OrtMemoryInfo.host();
        OrtIoBinding binding = new OrtIoBinding(session);
        OrtValue in = OrtValue.over(host, floats(1, 2, 3, 4), FLOAT, 2, 2)) {
      assertThat(binding.outputs()).isEmpty();
      binding.bindInput("x", in);
      binding.bindInput("y", in);
      binding.bindOutput("z", host);
      binding.run();
      binding.synchronizeOutputs();

      List<OrtValue> outputs = binding.outputs();
      assertThat(outputs).hasSize(1);
      try (OrtValue out = outputs.getFirst()) {
        assertThat(out.info()).isEqualTo(new TensorInfo(FLOAT, List.of(2L, 2L), List.of("", "")));
        assertThat(read(OrtApi.sized(out.data(), 16), 4)).containsExactly(2, 4, 6, 8);
      }
    }
  }

  @Test
  void aSessionAllocatesValues() {
    try (OrtEnv env = OrtEnv.join();
        OrtMemoryInfo host = OrtMemoryInfo.host();
        OrtSession session = open(env, sum());
        OrtAllocator allocator = OrtAllocator.of(session, host);
        OrtValue value = OrtValue.allocate(allocator, FLOAT, 1, 2);
        OrtIoBinding binding = new OrtIoBinding(session)) {
      MemorySegment data = OrtApi.sized(value.data(), 8);
      data.copyFrom(MemorySegment.ofArray(new float[] {3, 4}));
      binding.bindInput("x", value);
      binding.bindInput("y", value);
      binding.bindOutput("z", value);
      binding.run();

      assertThat(read(data, 2)).containsExactly(6, 8);
    }
  }

  @Test
  void describesAGraph() {
    try (OrtEnv env = OrtEnv.join();
        OrtSession session = open(env, sum())) {
      Optional<TensorInfo> info =
          Optional.of(new TensorInfo(FLOAT, List.of(-1L, 2L), List.of("rows", "")));
      assertThat(session.inputs()).isEqualTo(Map.of("x", info, "y", info));
      assertThat(session.inputs().keySet()).containsExactly("x", "y");
      assertThat(session.outputs()).isEqualTo(Map.of("z", info));
    }
  }

  @Test
  void closingInAnyOrderIsSafe() {
    OrtEnv env = OrtEnv.join();
    OrtMemoryInfo host = OrtMemoryInfo.host();
    OrtSession session = open(env, sum());
    OrtAllocator allocator = OrtAllocator.of(session, host);
    OrtValue value = OrtValue.allocate(allocator, FLOAT, 1, 2);
    OrtIoBinding binding = new OrtIoBinding(session);
    binding.bindInput("x", value);
    binding.bindInput("y", value);
    binding.bindOutput("z", host);
    env.close();
    session.close();
    session.close();
    allocator.close();
    value.close();
    host.close();

    binding.run();
    OrtValue out = binding.outputs().getFirst();
    binding.close();
    binding.close();

    assertThat(out.info().dimensions()).containsExactly(1L, 2L);
    out.close();
    assertThatIllegalStateException().isThrownBy(binding::run).withMessage("the binding is closed");
    assertThatIllegalStateException().isThrownBy(binding::outputs);
    assertThatIllegalStateException().isThrownBy(out::data).withMessage("the value is closed");
    assertThatIllegalStateException().isThrownBy(() -> new OrtIoBinding(session));
    assertThatIllegalStateException().isThrownBy(() -> OrtAllocator.of(session, host));
    assertThatIllegalStateException().isThrownBy(() -> open(env, sum()));
    assertThatIllegalStateException().isThrownBy(() -> OrtValue.allocate(allocator, FLOAT, 1));
  }

  @Test
  void misuseIsAFault() {
    try (OrtEnv env = OrtEnv.join();
        OrtSession session = open(env, sum());
        OrtMemoryInfo host = OrtMemoryInfo.host();
        OrtIoBinding binding = new OrtIoBinding(session);
        OrtValue pair = OrtValue.over(host, floats(1, 2), FLOAT, 1, 2);
        OrtValue triple = OrtValue.over(host, floats(1, 2, 3), FLOAT, 1, 3);
        OrtValue ids = OrtValue.over(host, arena.allocate(16), INT64, 1, 2)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> binding.bindInput("w", pair))
          .withMessage("the graph has no input w");
      assertThatIllegalArgumentException().isThrownBy(() -> binding.bindOutput("w", host));
      assertThatIllegalArgumentException().isThrownBy(() -> binding.bindOutput("x", pair));
      binding.bindOutput("z", pair);
      binding.bindInput("x", pair);
      assertFault(binding::run, "y");
      binding.bindInput("y", ids);
      assertFault(binding::run, "Unexpected input data type");
      binding.bindInput("y", triple);
      assertFault(binding::run, "invalid dimensions");
      binding.bindInput("y", pair);
      binding.bindOutput("z", triple);
      assertThatExceptionOfType(OrtFault.class).isThrownBy(binding::run);
      binding.bindOutput("z", pair);
      binding.run(); // Nothing of this broke it.

      MemorySegment four = arena.allocate(4);
      assertFault(() -> OrtValue.over(host, four, FLOAT, 1, 2), "not enough space");
      assertFault(() -> OrtValue.over(host, four, FLOAT, -1), "");
      assertFault(() -> OrtValue.over(host, four, 99, 1), "");
      assertFault(() -> OrtMemoryInfo.of("Abacus", 0), "not supported");
    }
  }

  @Test
  void memoryOfADeviceThatASessionDoesNotUseIsAFault() {
    try (OrtEnv env = OrtEnv.join();
        OrtSession session = open(env, sum());
        OrtMemoryInfo cuda = OrtMemoryInfo.cuda(0);
        OrtIoBinding binding = new OrtIoBinding(session);
        OrtValue value = OrtValue.over(cuda, floats(1, 2), FLOAT, 1, 2)) {
      assertThatExceptionOfType(OrtFault.class).isThrownBy(() -> binding.bindInput("x", value));
      assertThatExceptionOfType(OrtFault.class).isThrownBy(() -> OrtAllocator.of(session, cuda));
    }
  }

  private static void assertFault(ThrowingCallable call, String message) {
    assertThatExceptionOfType(OrtFault.class)
        .isThrownBy(call)
        .withMessageContaining(message)
        .satisfies(fault -> assertThat(fault.code()).isPositive());
  }

  @Test
  void aRunCanBeStopped() {
    try (OrtEnv env = OrtEnv.join();
        OrtSession session = open(env, sum());
        OrtMemoryInfo host = OrtMemoryInfo.host();
        OrtIoBinding binding = new OrtIoBinding(session);
        OrtValue in = OrtValue.over(host, floats(1, 2), FLOAT, 1, 2)) {
      OrtRunOptions options = new OrtRunOptions();
      binding.bindInput("x", in);
      binding.bindInput("y", in);
      binding.bindOutput("z", host);
      binding.run(options.config("memory.enable_memory_arena_shrinkage", "cpu:0"));
      options.terminate();
      assertFault(() -> binding.run(options), "terminate");
      options.resume();
      binding.run(options.config("memory.enable_memory_arena_shrinkage", ""));

      options.close();
      assertThatIllegalStateException().isThrownBy(() -> binding.run(options));
    }
  }

  @Test
  void sessionsShareAnInitializerAndHowItIsPacked() {
    Path graph =
        TinyGraph.of("MatMul", new String[] {"x", "w"}, "z")
            .input("x", TinyGraph.FLOAT32, "1", "2")
            .matrix("w", 2, 2, 1, 1, 1, 1)
            .output("z", TinyGraph.FLOAT32, "1", "2")
            .write(folder);
    MemorySegment z = floats(0, 0);
    try (OrtEnv env = OrtEnv.join();
        OrtMemoryInfo host = OrtMemoryInfo.host();
        OrtValue x = OrtValue.over(host, floats(1, 2), FLOAT, 1, 2);
        OrtValue out = OrtValue.over(host, z, FLOAT, 1, 2);
        OrtPrepackedWeights packed = new OrtPrepackedWeights();
        OrtValue weights = OrtValue.over(host, floats(1, 10, 100, 1000), FLOAT, 2, 2)) {
      for (int i = 0; i < 2; i++) {
        z.fill((byte) 0);
        try (OrtSessionOptions options = new OrtSessionOptions().initializer("w", weights);
            OrtSession session = OrtSession.open(env, graph, options, packed);
            OrtIoBinding binding = new OrtIoBinding(session)) {
          binding.bindInput("x", x);
          binding.bindOutput("z", out);
          binding.run();
        }
        assertThat(read(z, 2)).containsExactly(201, 2010);
      }
    }
  }

  @Test
  void faultsOfLoadingLeaveNothing() {
    try (OrtEnv env = OrtEnv.join();
        OrtSessionOptions options = new OrtSessionOptions()) {
      assertThatExceptionOfType(OrtFault.class)
          .isThrownBy(() -> OrtSession.open(env, folder.resolve("absent.onnx"), options));
      assertFault(() -> options.config("", "value"), "");
    }
  }

  @Test
  void knowsTheProvidersOfTheLibrary() {
    assertThat(OrtEnv.providers()).contains("CPUExecutionProvider");
  }

  @Test
  void aLibraryWithoutCudaSaysSo() {
    assumeFalse(OrtEnv.providers().contains("CUDAExecutionProvider"));

    assertFault(OrtCudaOptions::new, "CUDA");
  }

  @Test
  void manyBindsAndRunsLeaveNothing() {
    MemorySegment x = floats(1, 2);
    try (OrtEnv env = OrtEnv.join();
        OrtSession session = open(env, sum());
        OrtMemoryInfo host = OrtMemoryInfo.host()) {
      long held = OrtEnv.liveObjects();
      for (int i = 0; i < 2000; i++) {
        try (OrtIoBinding binding = new OrtIoBinding(session);
            OrtValue value = OrtValue.over(host, x, FLOAT, 1, 2)) {
          binding.bindInput("x", value);
          binding.bindInput("y", value);
          binding.bindOutput("z", host);
          binding.run();
          binding.outputs().forEach(OrtValue::close);
        }
      }
      assertThat(OrtEnv.liveObjects()).isEqualTo(held);
    }
  }

  private OrtSession open(OrtEnv env, Path graph) {
    try (OrtSessionOptions options = new OrtSessionOptions()) {
      return OrtSession.open(env, graph, options.threads(1).disableMemoryPattern());
    }
  }

  private Path sum() {
    return TinyGraph.of("Add", new String[] {"x", "y"}, "z")
        .input("x", TinyGraph.FLOAT32, "rows", "2")
        .input("y", TinyGraph.FLOAT32, "rows", "2")
        .output("z", TinyGraph.FLOAT32, "rows", "2")
        .write(folder);
  }

  private MemorySegment floats(float... values) {
    return arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
  }

  private static float[] read(MemorySegment memory, int count) {
    return memory.asSlice(0, 4L * count).toArray(ValueLayout.JAVA_FLOAT);
  }
}
