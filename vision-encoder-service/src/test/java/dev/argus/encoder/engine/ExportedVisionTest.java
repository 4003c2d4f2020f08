package dev.argus.encoder.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.export.ExportProgress;
import dev.argus.checkpoint.export.HubExport;
import dev.argus.checkpoint.export.HubGraphs;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.encoder.core.VisionTower;
import dev.argus.runtime.Device;
import dev.argus.testdata.Golden;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ExportedVisionTest {
  private static final String CHECKPOINT = "tiny-idefics3";
  private static final int SIDE = 128;

  private final Device device = Device.cpu(2);
  private final Checkpoint checkpoint = Checkpoint.open(Golden.path(CHECKPOINT));
  private HubGraphs graphs;
  private VisionTower tower;

  @BeforeAll
  void export(@TempDir Path folder) {
    Path directory = folder.resolve("export");
    HubExport.write(checkpoint, directory, ExportProgress.SILENT);
    graphs = new HubGraphs(directory.resolve("onnx"));
    tower =
        OnnxVisionTower.openExport(
            checkpoint.config(), graphs.visionEncoder(Precision.FP32), device, 4);
  }

  @AfterAll
  void close() {
    tower.close();
    device.close();
  }

  @ParameterizedTest
  @CsvSource({"A_tiled, 1", "A_tiled, 4", "D_no_split, 1"})
  void featuresEqualTheReference(String example, int batch) {
    List<ByteBuffer> tiles = GoldenTiles.read(CHECKPOINT, example, SIDE);
    float[] expected = Golden.floats(CHECKPOINT, example + "/image_features");
    List<ByteBuffer> features = new ArrayList<>();
    for (int from = 0; from < tiles.size(); from += batch) {
      features.addAll(tower.encode(tiles.subList(from, Math.min(from + batch, tiles.size()))));
    }

    int tileValues = tower.visualTokens() * tower.hiddenSize();
    assertThat(features).hasSize(expected.length / tileValues);
    for (int i = 0; i < expected.length; i++) {
      float actual = features.get(i / tileValues).getFloat(i % tileValues * Float.BYTES);
      assertThat(actual).as("value %d", i).isCloseTo(expected[i], within(5e-5f));
    }
  }

  @Test
  void refusesAGraphOfAnotherKind() {
    assertThatExceptionOfType(ModelFault.class)
        .isThrownBy(() ->
            OnnxVisionTower.openExport(
                checkpoint.config(), graphs.embedTokens(Precision.FP32), device, 1))
        .withMessageContaining("takes [input_ids]")
        .withMessageContaining("pixel_values");
  }

  @Test
  void pixelsAreNormalisedAsTheReferenceDoes() {
    float[] expected = new float[3 * 256];
    ByteBuffer.wrap(Golden.bytes("units/normalize_lut.bin"))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(expected);
    ByteBuffer tile = ByteBuffer.allocate(3 * 256);
    for (int pixel = 0; pixel < 256; pixel++) {
      byte[] rgb = new byte[3];
      Arrays.fill(rgb, (byte) pixel);
      tile.put(rgb);
    }
    float[] actual = new float[3 * 256];

    new PixelNormalizer(checkpoint.config().vision()).normalize(tile.flip(), actual);

    assertThat(actual).isEqualTo(expected);
  }
}
