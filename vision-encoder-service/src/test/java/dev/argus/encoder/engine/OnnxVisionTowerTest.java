package dev.argus.encoder.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.GraphPart;
import dev.argus.checkpoint.graph.Graphs;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.encoder.core.VisionTower;
import dev.argus.runtime.Device;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OnnxVisionTowerTest {
  private static final String CHECKPOINT = "tiny-idefics3";
  private static final String INTERN_VL = "tiny-internvl";
  private static final int SIDE = 128;

  /**
   * Features are about 0.1 and within 5e-7 of the reference; InternVL's with the other GELU, the
   * least of mistakes that can be seen here, are 3e-5 off.
   */
  private static final Offset<Float> TOLERANCE = within(5e-6f);

  private static final int MAX_BATCH = 4;

  private final Device device = Device.cpu(2);
  private VisionTower tower;

  @BeforeAll
  void open(@TempDir Path cache) {
    Checkpoint checkpoint = Checkpoint.open(Golden.path(CHECKPOINT));
    Path graph =
        Graphs.prepare(checkpoint, GraphPart.VISION, Precision.FP32, cache, BuildProgress.SILENT);
    tower = OnnxVisionTower.open(checkpoint.config(), graph, device, MAX_BATCH);
  }

  @AfterAll
  void close() {
    tower.close();
    device.close();
  }

  @Test
  void knowsItsShape() {
    assertThat(tower.side()).isEqualTo(SIDE);
    assertThat(tower.visualTokens()).isEqualTo(16);
    assertThat(tower.hiddenSize()).isEqualTo(96);
    assertThat(tower.maxBatch()).isEqualTo(MAX_BATCH);
  }

  @ParameterizedTest
  @CsvSource({"A_tiled, 1", "A_tiled, 4", "D_no_split, 1"})
  void featuresEqualTheReference(String example, int batch) {
    List<ByteBuffer> tiles = GoldenTiles.read(CHECKPOINT, example, SIDE);

    assertFeatures(encode(tiles, batch), example);
  }

  /** Both layouts hold the same weights. */
  @ParameterizedTest
  @CsvSource({
    "tiny-internvl, A_tiled",
    "tiny-internvl, D_single_tile",
    "tiny-internvl-remote, A_tiled",
    "tiny-internvl-remote, D_single_tile",
  })
  void internVlsFeaturesEqualTheReference(String name, String example, @TempDir Path cache) {
    Checkpoint checkpoint = Checkpoint.open(Golden.path(name));
    Path graph =
        Graphs.prepare(checkpoint, GraphPart.VISION, Precision.FP32, cache, BuildProgress.SILENT);

    try (VisionTower internVl =
        OnnxVisionTower.open(checkpoint.config(), graph, device, MAX_BATCH)) {
      List<ByteBuffer> features = new ArrayList<>();
      for (ByteBuffer tile : GoldenTiles.read(INTERN_VL, example, checkpoint.config().vision())) {
        features.addAll(internVl.encode(List.of(tile)));
      }
      assertFeatures(features, INTERN_VL, example);
    }
  }

  @Test
  void argusFoldsPatchesInTorchsChannelOrder(@TempDir Path directory) throws IOException {
    ArgusTwin.write(directory);
    Checkpoint checkpoint = Checkpoint.open(directory);

    try (VisionTower twin =
        OnnxVisionTower.open(checkpoint, Precision.FP32, device, 1, BuildProgress.SILENT)) {
      assertFeatures(twin.encode(GoldenTiles.read(CHECKPOINT, "D_no_split", SIDE)), "D_no_split");
    }
  }

  private static void assertFeatures(List<ByteBuffer> features, String example) {
    assertFeatures(features, CHECKPOINT, example);
  }

  private static void assertFeatures(List<ByteBuffer> features, String checkpoint, String example) {
    float[] expected = Golden.floats(checkpoint, example + "/image_features");
    float[] actual = floats(features);

    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).as("value %d", i).isCloseTo(expected[i], TOLERANCE);
    }
  }

  @Test
  void aTilesFeaturesDoNotDependOnItsNeighbours() {
    List<ByteBuffer> tiles = GoldenTiles.read(CHECKPOINT, "A_tiled", SIDE);

    assertThat(encode(tiles, 1)).isEqualTo(encode(tiles, 3));
  }

  /** They are changed after that here, which nobody may, so that it shows. */
  @Test
  void encodesThePixelsThatWereStaged(@TempDir Path cache) {
    Checkpoint checkpoint = Checkpoint.open(Golden.path(CHECKPOINT));
    Path graph =
        Graphs.prepare(checkpoint, GraphPart.VISION, Precision.FP32, cache, BuildProgress.SILENT);
    List<ByteBuffer> tiles = GoldenTiles.read(CHECKPOINT, "A_tiled", SIDE).subList(0, 3);
    List<ByteBuffer> own = tiles.stream().map(OnnxVisionTowerTest::copyOf).toList();
    try (VisionTower staging =
        OnnxVisionTower.open(checkpoint.config(), graph, device, MAX_BATCH, true)) {
      staging.stage(own.get(2));
      staging.stage(own.get(0));
      own.get(0).put(0, (byte) ~own.get(0).get(0));
      own.get(2).put(0, (byte) ~own.get(2).get(0));

      assertThat(staging.encode(own)).isEqualTo(tower.encode(tiles));
      assertThat(staging.encode(own.subList(0, 2))).isEqualTo(tower.encode(tiles.subList(0, 2)));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> staging.stage(own.get(1).slice(1, SIDE)))
          .withMessageContaining("49152 bytes, not 128");
    }
    assertThat(tower.stages()).isFalse();
  }

  private static ByteBuffer copyOf(ByteBuffer tile) {
    return ByteBuffer.allocate(tile.remaining()).put(tile.duplicate()).flip();
  }

  @Test
  void leavesTheTilesUnchanged() {
    ByteBuffer tile = GoldenTiles.read(CHECKPOINT, "D_no_split", SIDE).getFirst();
    ByteBuffer inTheMiddle = ByteBuffer.allocate(tile.remaining() + 10).position(7);
    inTheMiddle.put(tile.duplicate()).flip().position(7);

    List<ByteBuffer> features = tower.encode(List.of(inTheMiddle));

    assertThat(inTheMiddle.position()).isEqualTo(7);
    assertThat(features).isEqualTo(tower.encode(List.of(tile)));
  }

  @Test
  void refusesWrongBatches() {
    ByteBuffer tile = ByteBuffer.allocate(SIDE * SIDE * 3);

    assertThatIllegalArgumentException().isThrownBy(() -> tower.encode(List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tower.encode(List.of(tile, tile, tile, tile, tile)))
        .withMessageContaining("1 to 4 tiles, not 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tower.encode(List.of(tile.slice(1, SIDE))))
        .withMessageContaining("49152 bytes, not 128");
  }

  @Test
  void refusesUseAfterClosing(@TempDir Path cache) {
    Checkpoint checkpoint = Checkpoint.open(Golden.path(CHECKPOINT));
    Path graph =
        Graphs.prepare(checkpoint, GraphPart.VISION, Precision.FP32, cache, BuildProgress.SILENT);
    VisionTower closed = OnnxVisionTower.open(checkpoint.config(), graph, device, 1);
    ByteBuffer tile = ByteBuffer.allocate(SIDE * SIDE * 3);
    closed.encode(List.of(tile));
    closed.close();
    closed.close();

    assertThatIllegalStateException().isThrownBy(() -> closed.encode(List.of(tile)));
  }

  private List<ByteBuffer> encode(List<ByteBuffer> tiles, int batch) {
    List<ByteBuffer> features = new ArrayList<>();
    for (int from = 0; from < tiles.size(); from += batch) {
      features.addAll(tower.encode(tiles.subList(from, Math.min(from + batch, tiles.size()))));
    }
    return features;
  }

  private static float[] floats(List<ByteBuffer> buffers) {
    float[] values = new float[buffers.stream().mapToInt(b -> b.remaining() / 4).sum()];
    int done = 0;
    for (ByteBuffer buffer : buffers) {
      int count = buffer.remaining() / 4;
      buffer.asFloatBuffer().get(values, done, count);
      done += count;
    }
    return values;
  }
}
