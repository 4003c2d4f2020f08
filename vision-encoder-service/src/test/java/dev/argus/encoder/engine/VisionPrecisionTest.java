package dev.argus.encoder.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.GraphFinish;
import dev.argus.checkpoint.graph.GraphPart;
import dev.argus.checkpoint.graph.Graphs;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.encoder.core.VisionTower;
import dev.argus.runtime.Device;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How far a vision tower's features are from those at fp32, as the length of the difference over
 * the features' own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class VisionPrecisionTest {
  private final Device device = Device.cpu(2);

  @TempDir private Path cache;

  @AfterAll
  void close() {
    device.close();
  }

  /** The runtime emulates float16 on a processor, so that its graphs can be tried there. */
  @ParameterizedTest
  @CsvSource({
    "testdata/golden/tiny-idefics3, INT8, 0.03",
    "testdata/golden/tiny-idefics3, INT4, 0.03",
    "testdata/golden/tiny-idefics3, FP16, 0.002",
    "testdata/golden/tiny-idefics3-512, INT8, 0.03",
    "testdata/golden/tiny-internvl, INT8, 0.03",
    "testdata/golden/tiny-internvl, FP16, 0.002",
    "testdata/golden/tiny-internvl-448, INT8, 0.03",
    "models/argus-tiny, INT8, 0.05",
    "models/argus-tiny, FP16, 0.002",
  })
  void featuresAreNearThoseOfFp32(String checkpoint, Precision precision, double most) {
    double difference = 0;
    double length = 0;
    try (VisionTower exact = tower(checkpoint, Precision.FP32, 1);
        VisionTower tower = tower(checkpoint, precision, 1)) {
      for (int seed = 0; seed < 4; seed++) {
        List<ByteBuffer> tile = List.of(tile(tower.side(), seed));
        ByteBuffer expected = exact.encode(tile).getFirst();
        ByteBuffer features = tower.encode(tile).getFirst();
        while (features.hasRemaining()) {
          double value = expected.getFloat();
          difference += Math.pow(features.getFloat() - value, 2);
          length += value * value;
        }
      }
    }

    assertThat(Math.sqrt(difference / length)).isLessThan(most);
  }

  /** A soft gradient with some noise. */
  private static ByteBuffer tile(int side, long seed) {
    Random random = new Random(seed);
    double[] slopes = random.doubles(6, -1, 1).toArray();
    byte[] pixels = new byte[side * side * 3];
    for (int i = 0; i < pixels.length; i++) {
      int channel = i % 3;
      int column = i / 3 % side;
      int row = i / 3 / side;
      double slope = slopes[channel] * column + slopes[channel + 3] * row;
      double value = 128 + 90 * slope / side + random.nextGaussian(0, 10);
      pixels[i] = (byte) Math.clamp(Math.round(value), 0, 255);
    }
    return ByteBuffer.wrap(pixels);
  }

  @Test
  void encodesTilesOneByOneAtInt8() {
    List<ByteBuffer> tiles = GoldenTiles.read("tiny-idefics3", "A_tiled", 128);
    try (VisionTower tower = tower("testdata/golden/tiny-idefics3", Precision.INT8, 4)) {
      assertThat(tower.maxBatch()).isEqualTo(1);
      assertThatIllegalArgumentException().isThrownBy(() -> tower.encode(tiles.subList(0, 2)));
      ByteBuffer first = tower.encode(tiles.subList(0, 1)).getFirst();
      tower.encode(tiles.subList(1, 2));

      assertThat(tower.encode(tiles.subList(0, 1)).getFirst()).isEqualTo(first);
    }
  }

  @ParameterizedTest
  @CsvSource({"FP16, float16", "BF16, bfloat16"})
  void refusesWhatAProcessorHasNoArithmeticFor(Precision precision, String type) {
    Checkpoint checkpoint = Checkpoint.open(Golden.path("tiny-idefics3"));

    assertThatExceptionOfType(ModelFault.class)
        .isThrownBy(
            () -> OnnxVisionTower.open(checkpoint, precision, device, 1, BuildProgress.SILENT))
        .withMessageStartingWith("a graph that computes in " + type + " is for a GPU");
    assertThat(
            Graphs.find(
                checkpoint,
                GraphPart.VISION,
                precision,
                new GraphFinish(device.finishKey(), device::finish)))
        .isEmpty();
  }

  /**
   * What a GPU runs unless another precision is asked for: types and shapes are right by the
   * runtime's rules, and kernels are all that a processor lacks.
   */
  @ParameterizedTest
  @ValueSource(strings = {"testdata/golden/tiny-idefics3", "testdata/golden/tiny-internvl"})
  void bf16LacksNothingButKernels(String checkpoint) {
    assertThatExceptionOfType(ModelFault.class)
        .isThrownBy(() -> tower(checkpoint, Precision.BF16, 1))
        .withMessageContaining("Could not find an implementation for");
  }

  private VisionTower tower(String name, Precision precision, int maxBatch) {
    Checkpoint checkpoint = Checkpoint.open(Golden.repository().resolve(name));
    return OnnxVisionTower.open(
        checkpoint.config(), graph(checkpoint, precision), device, maxBatch);
  }

  /** Built, and finished as it is for serving where it can be served here. */
  private Path graph(Checkpoint checkpoint, Precision precision) {
    try {
      Path folder = Files.createTempDirectory(cache, "graphs");
      Path built =
          Graphs.prepare(checkpoint, GraphPart.VISION, precision, folder, BuildProgress.SILENT);
      if (precision == Precision.FP16 || precision == Precision.BF16) {
        return built;
      }
      Path finished =
          Files.createDirectory(folder.resolve("finished")).resolve(built.getFileName());
      device.finish(built, finished);
      return finished;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
