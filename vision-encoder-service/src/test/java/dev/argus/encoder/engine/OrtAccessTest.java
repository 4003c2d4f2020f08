package dev.argus.encoder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.GraphPart;
import dev.argus.checkpoint.graph.Graphs;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.encoder.core.VisionTower;
import dev.argus.runtime.Device;
import dev.argus.runtime.OrtAccess;
import dev.argus.testdata.Golden;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Features are the same bit for bit, through whichever of ONNX Runtime's APIs a tower runs. */
final class OrtAccessTest {
  private static final String CHECKPOINT = "tiny-idefics3";
  private static final int SIDE = 128;

  @ParameterizedTest
  @EnumSource(names = {"FP32", "INT8"})
  void featuresAreTheSameThroughEitherApi(Precision precision, @TempDir Path cache) {
    Checkpoint checkpoint = Checkpoint.open(Golden.path(CHECKPOINT));
    Path graph =
        Graphs.prepare(checkpoint, GraphPart.VISION, precision, cache, BuildProgress.SILENT);

    List<ByteBuffer> throughC = features(checkpoint, graph, OrtAccess.C);

    assertThat(throughC).hasSizeGreaterThan(4).doesNotHaveDuplicates();
    assertThat(throughC).isEqualTo(features(checkpoint, graph, OrtAccess.JAVA));
  }

  private static List<ByteBuffer> features(Checkpoint checkpoint, Path graph, OrtAccess access) {
    List<ByteBuffer> features = new ArrayList<>();
    try (Device device = Device.cpu(2, access);
        VisionTower tower = OnnxVisionTower.open(checkpoint.config(), graph, device, 1)) {
      for (ByteBuffer tile : GoldenTiles.read(CHECKPOINT, "A_tiled", SIDE)) {
        features.addAll(tower.encode(List.of(tile)));
      }
    }
    return features;
  }
}
