package dev.argus.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.base.failure.ModelFault;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(OrtAccess.class)
final class CpuDeviceTest {
  private static final String[] XY = {"x", "y"};

  @TempDir private Path folder;
  private final OrtAccess access;
  private final Device device;

  CpuDeviceTest(OrtAccess access) {
    this.access = access;
    this.device = Device.cpu(2, access);
  }

  @AfterEach
  void closeDevice() {
    device.close();
  }

  @Test
  void runsAGraphAgainAndAgainOnWhatItsInputsHold() {
    try (Session session = device.open(sum());
        Tensor x = floats(2, 1, 2, 3, 4);
        Tensor y = floats(2, 10, 20, 30, 40);
        Tensor z = device.allocate(ElementType.FLOAT32, Shape.of(2, 2));
        Binding binding = session.bind(Map.of("x", x, "y", y), Map.of("z", z))) {
      binding.run();
      assertThat(read(z)).containsExactly(11, 22, 33, 44);

      x.write(MemorySegment.ofArray(new float[] {5, 6}));
      binding.run();
      assertThat(read(z)).containsExactly(15, 26, 33, 44);
    }
  }

  @Test
  void oneTensorCanBeInputAndOutput() {
    try (Session session = device.open(sum());
        Tensor x = floats(1, 1, 2);
        Tensor y = floats(1, 10, 20);
        Binding binding = session.bind(Map.of("x", x, "y", y), Map.of("z", x))) {
      binding.run();
      binding.run();

      assertThat(read(x)).containsExactly(21, 42);
    }
  }

  @Test
  void rowsAreAViewOfTheSameMemory() {
    try (Session session = device.open(sum());
        Tensor pool = floats(3, 1, 2, 3, 4, 5, 6);
        Tensor row = pool.rows(1, 1);
        Tensor y = floats(1, 10, 20);
        Binding binding = session.bind(Map.of("x", row, "y", y), Map.of("z", row))) {
      binding.run();

      assertThat(row.shape()).isEqualTo(Shape.of(1, 2));
      assertThat(read(pool)).containsExactly(1, 2, 13, 24, 5, 6);
    }
  }

  @Test
  void aViewInAnotherShapeIsOfTheFirstElements() {
    try (Session session = device.open(sum());
        Tensor pool = floats(1, 1, 2, 3, 4, 5, 6);
        Tensor x = pool.shaped(Shape.of(2, 2));
        Tensor y = floats(2, 10, 20, 30, 40);
        Binding binding = session.bind(Map.of("x", x, "y", y), Map.of("z", x))) {
      binding.run();

      assertThat(read(pool)).containsExactly(11, 22, 33, 44, 5, 6);
      assertThatIllegalArgumentException().isThrownBy(() -> pool.shaped(Shape.of(7)));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "BFLOAT16"})
  void floatsOf16BitsAreBoundAsTheyLie(ElementType type) {
    Path cast =
        TinyGraph.of("Cast", new String[] {"x"}, "z")
            .attribute("to", TinyGraph.FLOAT32)
            .input("x", OrtTypes.code(type), "rows", "2")
            .output("z", TinyGraph.FLOAT32, "rows", "2")
            .write(folder);
    short[] numbers =
        type == ElementType.FLOAT16
            ? new short[] {0x3E00, (short) 0xC000}
            : new short[] {0x3FC0, (short) 0xC000};
    try (Session session = device.open(cast);
        Tensor pool = device.allocate(type, Shape.of(3, 2));
        Tensor row = pool.rows(2, 1);
        Tensor z = device.allocate(ElementType.FLOAT32, Shape.of(1, 2));
        Binding binding = session.bind(Map.of("x", row), Map.of("z", z))) {
      pool.write(MemorySegment.ofArray(numbers));
      pool.copy(pool, 0, 4, 2);
      binding.run();

      assertThat(read(z)).containsExactly(1.5f, -2);
      assertThat(pool.bytes()).isEqualTo(12);
    }
  }

  @Test
  void copiesElementsOfATensorIntoAnother() {
    try (Tensor pool = floats(3, 1, 2, 3, 4, 5, 6);
        Tensor other = floats(1, 10, 20, 30);
        Tensor integers = device.allocate(ElementType.INT32, Shape.of(3))) {
      pool.copy(other, 1, 3, 2);
      assertThat(read(pool)).containsExactly(1, 2, 3, 20, 30, 6);

      pool.copy(pool, 0, 4, 2);
      assertThat(read(pool)).containsExactly(1, 2, 3, 20, 1, 2);

      assertThatIllegalArgumentException().isThrownBy(() -> pool.copy(other, 2, 0, 2));
      assertThatIllegalArgumentException().isThrownBy(() -> pool.copy(other, 0, 5, 2));
      assertThatIllegalArgumentException().isThrownBy(() -> pool.copy(other, -1, 0, 1));
      assertThatIllegalArgumentException().isThrownBy(() -> pool.copy(other, 0, 0, -1));
      assertThatIllegalArgumentException().isThrownBy(() -> pool.copy(integers, 0, 0, 1));
    }
  }

  @Test
  void aRowMayBeEmpty() {
    Path graph =
        TinyGraph.of("Concat", XY, "z")
            .attribute("axis", 1)
            .input("x", TinyGraph.FLOAT32, "rows", "past")
            .input("y", TinyGraph.FLOAT32, "rows", "new")
            .output("z", TinyGraph.FLOAT32, "rows", "present")
            .write(folder);
    try (Session session = device.open(graph);
        Tensor x = device.allocate(ElementType.FLOAT32, Shape.of(1, 0));
        Tensor y = floats(1, 7, 8);
        Tensor z = device.allocate(ElementType.FLOAT32, Shape.of(1, 2));
        Binding binding = session.bind(Map.of("x", x, "y", y), Map.of("z", z))) {
      binding.run();

      assertThat(read(z)).containsExactly(7, 8);
    }
  }

  @Test
  void anothersGraphMayGiveOneNameToDifferentLengths() {
    Path graph =
        TinyGraph.of("Concat", XY, "z")
            .attribute("axis", 0)
            .input("x", TinyGraph.BOOL, "batch")
            .input("y", TinyGraph.BOOL, "batch")
            .output("z", TinyGraph.BOOL, "batch")
            .write(folder);
    try (Session ours = device.open(graph);
        Session foreign = device.openForeign(graph);
        Tensor x = device.allocate(ElementType.BOOL, Shape.of(1));
        Tensor z = device.allocate(ElementType.BOOL, Shape.of(2))) {
      x.write(MemorySegment.ofArray(new byte[] {1}));
      assertRefused(ours, Map.of("x", x, "y", x), Map.of("z", z), "('batch') is 2");

      foreign.bind(Map.of("x", x, "y", x), Map.of("z", z)).run();
      byte[] joined = new byte[2];
      z.read(MemorySegment.ofArray(joined));
      assertThat(joined).containsExactly(1, 1);
    }
  }

  @Test
  void aViewKeepsTheMemoryOfAClosedTensor() {
    Tensor pool = floats(2, 1, 2, 3, 4);
    Tensor row = pool.rows(1, 1);
    pool.close();

    assertThat(read(row)).containsExactly(3, 4);
    assertThatIllegalStateException().isThrownBy(() -> pool.rows(0, 1));
    row.close();
    row.close();
    assertThatIllegalStateException().isThrownBy(() -> read(row));
  }

  @Test
  void describesInputsAndOutputs() {
    try (Session session = device.open(sum())) {
      var spec =
          new TensorSpec(
              ElementType.FLOAT32, List.of(new TensorSpec.Named("rows"), new TensorSpec.Fixed(2)));

      assertThat(session.inputs()).isEqualTo(Map.of("x", spec, "y", spec));
      assertThat(session.outputs()).containsOnlyKeys("z");
    }
  }

  @Test
  void refusesTensorsThatContradictTheGraph() {
    try (Session session = device.open(sum());
        Tensor one = floats(1, 1, 2);
        Tensor two = floats(2, 1, 2, 3, 4);
        Tensor wide = device.allocate(ElementType.FLOAT32, Shape.of(1, 3));
        Tensor flat = device.allocate(ElementType.FLOAT32, Shape.of(2));
        Tensor ids = device.allocate(ElementType.INT64, Shape.of(1, 2))) {
      assertRefused(session, Map.of("x", one), Map.of("z", one), "without a tensor: [y]");
      assertRefused(session, Map.of("x", one, "y", one), Map.of(), "no output is wanted");
      assertRefused(
          session, Map.of("x", one, "y", one), Map.of("w", one), "the graph has no output w");
      assertRefused(
          session,
          Map.of("x", one, "y", one, "w", one),
          Map.of("z", one),
          "the graph has no input w");
      assertRefused(
          session, Map.of("x", one, "y", ids), Map.of("z", one), "input y is FLOAT32, not INT64");
      assertRefused(
          session,
          Map.of("x", one, "y", flat),
          Map.of("z", one),
          "input y has 2 dimensions, not 1");
      assertRefused(
          session, Map.of("x", one, "y", wide), Map.of("z", one), "dimension 1 of input y is 2");
      assertRefused(session, Map.of("x", one, "y", two), Map.of("z", one), "('rows') is ");
      assertRefused(session, Map.of("x", one, "y", one), Map.of("z", two), "('rows') is 2");
    }
  }

  private static void assertRefused(
      Session session, Map<String, Tensor> inputs, Map<String, Tensor> outputs, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> session.bind(inputs, outputs))
        .withMessageContaining(problem);
  }

  @Test
  void refusesUseAfterClosing() {
    Session session = device.open(sum());
    Tensor x = floats(1, 1, 2);
    Tensor y = floats(1, 1, 2);
    Binding binding = session.bind(Map.of("x", x, "y", x), Map.of("z", x));
    Binding other = session.bind(Map.of("x", x, "y", y), Map.of("z", x));
    Binding closed = session.bind(Map.of("x", x, "y", x), Map.of("z", x));

    y.close();
    assertThatIllegalStateException().isThrownBy(other::run).withMessage("the tensor is closed");
    assertThatIllegalStateException()
        .isThrownBy(() -> session.bind(Map.of("x", x, "y", y), Map.of("z", x)));
    closed.close();
    assertThatIllegalStateException().isThrownBy(closed::run).withMessage("the binding is closed");
    session.close();
    session.close();
    assertThatIllegalStateException().isThrownBy(binding::run).withMessage("the session is closed");
    x.close();
    device.close();
    assertThatIllegalStateException().isThrownBy(() -> device.open(sum()));
    assertThatIllegalStateException()
        .isThrownBy(() -> device.allocate(ElementType.INT32, Shape.of(1)));
  }

  @Test
  void theLargestTensorCostsNothingUntilItIsWrittenTo() {
    Shape shape = Shape.of(device.maxTensorBytes() / 64, 16);
    List<Tensor> tensors =
        Stream.generate(() -> device.allocate(ElementType.FLOAT32, shape)).limit(8).toList();

    try (Tensor last = tensors.getLast().rows(shape.dimension(0) - 1, 1)) {
      assertThat(read(last)).containsOnly(0);
      last.write(MemorySegment.ofArray(new float[] {1}));
      assertThat(read(last)).startsWith(1, 0);
    }
    tensors.forEach(Tensor::close);
  }

  @Test
  void refusesNoRows() {
    assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(0, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(2, -1));
    try (Tensor x = floats(2, 1, 2, 3, 4)) {
      assertThatIllegalArgumentException().isThrownBy(() -> x.rows(0, 0));
      assertThatIllegalArgumentException().isThrownBy(() -> x.rows(1, 2));
      assertThatIllegalArgumentException().isThrownBy(() -> x.rows(-1, 1));
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    try (Tensor x = floats(1, 1, 2)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> x.write(MemorySegment.ofArray(new float[3])));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> x.read(MemorySegment.ofArray(new byte[5])));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> device.allocate(ElementType.FLOAT32, Shape.of(device.maxTensorBytes() / 4 + 1)))
        .withMessageContaining("larger than");
    assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(1L << 40, 1L << 40));
    assertThatIllegalArgumentException().isThrownBy(() -> Device.cpu(0, access));
  }

  @Test
  void reportsWhatCannotBeLoadedOrRunAsModelFault() throws IOException {
    assertThatThrownBy(() -> device.open(folder.resolve("absent.onnx")))
        .isInstanceOf(ModelFault.class)
        .hasMessageContaining("no graph at");
    Path broken = Files.writeString(folder.resolve("broken.onnx"), "no protobuf");
    assertThatThrownBy(() -> device.open(broken))
        .isInstanceOf(ModelFault.class)
        .hasMessageContaining("cannot load the graph");
    Path unknown =
        TinyGraph.of("NoSuchOperator", XY, "z")
            .input("x", TinyGraph.FLOAT32, "2")
            .input("y", TinyGraph.FLOAT32, "2")
            .output("z", TinyGraph.FLOAT32, "2")
            .write(folder);
    assertThatThrownBy(() -> device.open(unknown))
        .isInstanceOf(ModelFault.class)
        .hasMessageContaining("NoSuchOperator");
    Path strings =
        TinyGraph.of("Identity", new String[] {"x"}, "z")
            .input("x", TinyGraph.STRING, "2")
            .output("z", TinyGraph.STRING, "2")
            .write(folder);
    assertThatThrownBy(() -> device.open(strings))
        .isInstanceOf(ModelFault.class)
        .hasMessageContaining("type STRING");
  }

  @Test
  void reportsAFailedRunAsModelFault() {
    Path graph =
        TinyGraph.of("Gather", XY, "z")
            .input("x", TinyGraph.FLOAT32, "3")
            .input("y", TinyGraph.INT64, "")
            .output("z", TinyGraph.FLOAT32, "")
            .write(folder);
    try (Session session = device.open(graph);
        Tensor x = device.allocate(ElementType.FLOAT32, Shape.of(3));
        Tensor y = device.allocate(ElementType.INT64, Shape.of(1));
        Tensor z = device.allocate(ElementType.FLOAT32, Shape.of(1));
        Binding binding = session.bind(Map.of("x", x, "y", y), Map.of("z", z))) {
      y.write(MemorySegment.ofArray(new long[] {7}));
      assertThatThrownBy(binding::run)
          .isInstanceOf(ModelFault.class)
          .hasMessageContaining("indices element out of data bounds");

      y.write(MemorySegment.ofArray(new long[] {2}));
      binding.run(); // A failure leaves the session usable.
    }
  }

  @Test
  void devicesWithOtherThreadsRunToo() {
    try (Device other = Device.cpu(1, access);
        Session session = other.open(sum());
        Tensor x = other.allocate(ElementType.FLOAT32, Shape.of(1, 2));
        Binding binding = session.bind(Map.of("x", x, "y", x), Map.of("z", x))) {
      binding.run();

      assertThat(other.description()).isEqualTo("cpu, 1 thread");
      assertThat(device.description()).isEqualTo("cpu, 2 threads");
    }
  }

  private Path sum() {
    return TinyGraph.of("Add", XY, "z")
        .input("x", TinyGraph.FLOAT32, "rows", "2")
        .input("y", TinyGraph.FLOAT32, "rows", "2")
        .output("z", TinyGraph.FLOAT32, "rows", "2")
        .write(folder);
  }

  private Tensor floats(int rows, float... values) {
    Tensor tensor = device.allocate(ElementType.FLOAT32, Shape.of(rows, values.length / rows));
    tensor.write(MemorySegment.ofArray(values));
    return tensor;
  }

  private static float[] read(Tensor tensor) {
    float[] values = new float[(int) tensor.shape().elements()];
    tensor.read(MemorySegment.ofArray(values));
    return values;
  }
}
