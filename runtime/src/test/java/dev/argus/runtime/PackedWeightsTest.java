package dev.argus.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.base.failure.ModelFault;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
final class PackedWeightsTest {
  private static final int SIDE = 512;
  private static final int BLOCK = 32;

  @TempDir private Path folder;
  private Path plain;
  private Path graph;
  private Path packed;
  private final Device device = Device.cpu(2);

  @BeforeEach
  void finish() throws IOException {
    plain = product(Files.createDirectory(folder.resolve("plain")));
    Path built = product(Files.createDirectory(folder.resolve("built")));
    graph = Files.createDirectory(folder.resolve("finished")).resolve("tiny.onnx");
    device.finish(built, graph);
    packed = folder.resolve("finished/tiny.packed");
  }

  @AfterEach
  void closeDevice() {
    device.close();
  }

  @Test
  void areKeptBesideTheGraphAndMappedWhileASessionIsOpen() throws IOException {
    assertThat(packed).isNotEmptyFile();

    try (Session first = device.open(graph);
        Session second = device.open(graph)) {
      assertThat(mappings()).isEqualTo(2);
      assertThat(run(first)).containsExactly(expected());
      assertThat(run(second)).containsExactly(expected());
    }
    assertThat(mappings()).isZero();
  }

  @Test
  void areTheSameBytesEachTime() throws IOException {
    Path built = product(Files.createDirectory(folder.resolve("again")));
    Path again = Files.createDirectory(folder.resolve("finished-again")).resolve("tiny.onnx");

    device.finish(built, again);

    assertThat(again.resolveSibling("tiny.packed")).hasSameBinaryContentAs(packed);
  }

  @Test
  void areNotTakenFromAFileThatDiffers() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(packed.toFile(), "rw")) {
      file.seek(1000);
      int value = file.read();
      file.seek(1000);
      file.write(value + 1);
    }

    assertComputesWithoutTheFile();
  }

  @Test
  void areNotTakenFromAFileOfAnotherLength() throws IOException {
    byte[] content = Files.readAllBytes(packed);

    for (int length : new int[] {0, 1, content.length - 1, content.length + Short.MAX_VALUE}) {
      Files.write(packed, Arrays.copyOf(content, length));
      assertComputesWithoutTheFile();
    }
  }

  @Test
  void areGivenBackThoughAGraphCannotBeOpened() throws IOException {
    Files.writeString(graph, "no graph");

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> device.open(graph)).isInstanceOf(ModelFault.class);
    }
    assertThat(mappings()).isZero();
  }

  private void assertComputesWithoutTheFile() throws IOException {
    try (Session session = device.open(graph)) {
      assertThat(mappings()).isZero();
      assertThat(run(session)).containsExactly(expected());
    }
  }

  /** By the graph as it was built. */
  private float[] expected() {
    try (Session session = device.open(plain)) {
      return run(session);
    }
  }

  /** How often this process has mapped the file. */
  private long mappings() throws IOException {
    try (var maps = Files.lines(Path.of("/proc/self/maps"))) {
      return maps.filter(line -> line.endsWith(packed.toString())).count();
    }
  }

  private static Path product(Path folder) {
    Random random = new Random(1);
    byte[] weights = new byte[SIDE * SIDE];
    random.nextBytes(weights);
    float[] scales = new float[SIDE * SIDE / BLOCK];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = random.nextFloat();
    }
    return TinyGraph.of("MatMulNBits", new String[] {"x", "w", "scales"}, "z")
        .ofMicrosoft()
        .attribute("K", SIDE)
        .attribute("N", SIDE)
        .attribute("bits", 8)
        .attribute("block_size", BLOCK)
        .attribute("accuracy_level", 4)
        .input("x", TinyGraph.FLOAT32, "n", Integer.toString(SIDE))
        .bytes("w", weights, SIDE, SIDE / BLOCK, BLOCK)
        .matrix("scales", SIDE, SIDE / BLOCK, scales)
        .output("z", TinyGraph.FLOAT32, "n", Integer.toString(SIDE))
        .write(folder);
  }

  private float[] run(Session session) {
    return TinyGraph.run(device, session, SIDE);
  }
}
