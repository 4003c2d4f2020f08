package dev.argus.checkpoint.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsFilesTest {
  private static final float[] VALUES = {0, 1, -2.5f, 1e-3f, 3.0078125f, 65504};

  private static final TensorInfo A = new TensorInfo("a", DataType.F32, List.of(2L, 3L));
  private static final TensorInfo B = new TensorInfo("b", DataType.BF16, List.of(6L));
  private static final TensorInfo C = new TensorInfo("c", DataType.F16, List.of(3L, 2L));

  @TempDir private Path directory;

  @Test
  void whatIsWrittenCanBeRead() throws IOException {
    WeightsFiles.write(directory, List.of(C, A, B), 1000, WeightsFilesTest::writeValues);

    try (Weights weights = Weights.open(directory)) {
      assertThat(weights.names()).containsExactly("a", "b", "c");
      assertThat(weights.info("a")).isEqualTo(A);
      assertThat(weights.tensor("a").toArray()).containsExactly(VALUES);
      assertThat(weights.tensor("c").toArray())
          .containsExactly(0, 1, -2.5f, 0.0010004044f, 3.0078125f, 65504);
    }
    assertThat(directory).isDirectoryContaining("glob:**/model.safetensors");
  }

  @Test
  void roundsToTheNearestBfloat16AndToEvenInTheMiddle() throws IOException {
    WeightsFiles.write(directory, List.of(B), 1000, WeightsFilesTest::writeValues);

    try (Weights weights = Weights.open(directory)) {
      // 3.0078125 lies halfway between 3 and 3.015625, of which 3 has the even mantissa.
      assertThat(weights.tensor("b").toArray())
          .containsExactly(0, 1, -2.5f, 9.994507E-4f, 3, 65536);
    }
  }

  @Test
  void elementsBeginAtAMultipleOfEight() throws IOException {
    WeightsFiles.write(directory, List.of(A), 1000, WeightsFilesTest::writeValues);

    ByteBuffer file =
        ByteBuffer.wrap(Files.readAllBytes(directory.resolve("model.safetensors")))
            .order(ByteOrder.LITTLE_ENDIAN);
    assertThat(file.getLong() % 8).isZero();
  }

  @Test
  void beginsAnotherFileWhereOneWouldBeTooLarge() throws IOException {
    WeightsFiles.write(directory, List.of(A, B, C), 36, WeightsFilesTest::writeValues);

    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "model-00001-of-00002.safetensors",
              "model-00002-of-00002.safetensors",
              "model.safetensors.index.json");
    }
    assertThat(directory.resolve("model.safetensors.index.json"))
        .content()
        .contains("\"total_size\" : 48", "\"b\" : \"model-00001-of-00002.safetensors\"");
    try (Weights weights = Weights.open(directory)) {
      assertThat(weights.names()).containsExactly("a", "b", "c");
    }
  }

  @Test
  void refusesToEndAFileThatLacksElements() {
    assertThatThrownBy(() -> WeightsFiles.write(directory, List.of(A), 1000, (_, _) -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not the");
  }

  @Test
  void overwritesNothing() throws IOException {
    Files.createFile(directory.resolve("model.safetensors"));

    assertThatThrownBy(
            () -> WeightsFiles.write(directory, List.of(A), 1000, WeightsFilesTest::writeValues))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void refusesTwoTensorsOfOneName() {
    assertThatThrownBy(
            () -> WeightsFiles.write(directory, List.of(A, A), 1000, WeightsFilesTest::writeValues))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void writeValues(TensorInfo tensor, SafetensorsWriter file) throws IOException {
    ByteBuffer elements =
        ByteBuffer.allocate(Math.toIntExact(tensor.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    tensor.type().encode(VALUES, VALUES.length, elements);
    file.write(elements.flip());
  }
}
