package dev.argus.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CpuFinishTest {
  private static final int SIDE = 64;
  private static final String[] XW = {"x", "w"};

  @TempDir private Path folder;
  private Path built;
  private Path finished;
  private final Device device = Device.cpu(2);

  @BeforeEach
  void makeFolders() throws IOException {
    built = Files.createDirectory(folder.resolve("built"));
    finished = Files.createDirectory(folder.resolve("finished"));
  }

  @AfterEach
  void closeDevice() {
    device.close();
  }

  @Test
  void keepsPackedWeightsInTheDataFileAndChangesNoNumber() throws IOException {
    Path graph = product("MatMul");
    float[] expected = run(graph);

    device.finish(graph, finished.resolve("tiny.onnx"));

    assertThat(names(finished)).containsExactlyInAnyOrder("tiny.data", "tiny.onnx");
    assertThat(content(finished.resolve("tiny.onnx"))).contains("prepacked_");
    assertThat(Files.size(finished.resolve("tiny.data")))
        .isGreaterThanOrEqualTo(2L * SIDE * SIDE * 4);
    assertThat(run(finished.resolve("tiny.onnx"))).containsExactly(expected);
  }

  @Test
  void finishingTwiceGivesTheSameBytes() throws IOException {
    Path graph = product("MatMul");
    Path again = Files.createDirectory(folder.resolve("again"));

    device.finish(graph, finished.resolve("tiny.onnx"));
    device.finish(graph, again.resolve("tiny.onnx"));

    for (String name : names(finished)) {
      assertThat(again.resolve(name)).hasSameBinaryContentAs(finished.resolve(name));
    }
  }

  @Test
  void movesAGraphThatCannotBeFinished() throws IOException {
    Path graph = product("NoSuchOperator");
    String before = content(graph);
    Files.writeString(built.resolve("tiny.data"), "weights");

    device.finish(graph, finished.resolve("tiny.onnx"));

    assertThat(content(finished.resolve("tiny.onnx"))).isEqualTo(before);
    assertThat(finished.resolve("tiny.data")).hasContent("weights");
    assertThat(names(built)).isEmpty();
  }

  @Test
  void movesAGraphThatIsTooLarge() throws IOException {
    Path graph = product("MatMul");
    String before = content(graph);

    new CpuFinish(OrtRuntime.get(), 2, Files.size(graph) - 1)
        .finish(graph, finished.resolve("tiny.onnx"));

    assertThat(content(finished.resolve("tiny.onnx"))).isEqualTo(before);
    assertThat(names(finished)).containsExactly("tiny.onnx");
  }

  @Test
  void theKeyNamesVersionAndProcessorAndCanBePartOfAFileName() {
    assertThat(device.finishKey()).matches("ort[0-9.]+-[a-z0-9_]+-[0-9a-f]{8}-[0-9]+");
  }

  private Path product(String operator) {
    Random random = new Random(1);
    float[] weights = new float[SIDE * SIDE];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = random.nextFloat();
    }
    return TinyGraph.of(operator, XW, "z")
        .input("x", TinyGraph.FLOAT32, "n", "64")
        .matrix("w", SIDE, SIDE, weights)
        .output("z", TinyGraph.FLOAT32, "n", "64")
        .write(built);
  }

  private float[] run(Path graph) {
    try (Session session = device.open(graph)) {
      return TinyGraph.run(device, session, SIDE);
    }
  }

  private static String content(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
