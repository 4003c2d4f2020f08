package dev.argus.decoder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.GraphPart;
import dev.argus.checkpoint.graph.Graphs;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.decoder.core.LanguageModel;
import dev.argus.decoder.core.LanguageModel.DecodeToken;
import dev.argus.decoder.core.LanguageModel.PrefillChunk;
import dev.argus.runtime.Device;
import dev.argus.runtime.OrtAccess;
import dev.argus.testdata.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Logits are the same bit for bit, through whichever of ONNX Runtime's APIs a model runs. */
final class OrtAccessTest {
  private static final int SLOTS = 3;
  private static final int STEPS = 40;

  @ParameterizedTest
  @EnumSource(names = {"FP32", "INT8", "W8A8", "INT4", "FP16"})
  void logitsAreTheSameThroughEitherApi(Precision precision, @TempDir Path cache) {
    Checkpoint checkpoint = Checkpoint.open(Golden.path("tiny-idefics3"));
    Path graph =
        Graphs.prepare(checkpoint, GraphPart.DECODER, precision, cache, BuildProgress.SILENT);

    List<float[]> throughC = logits(checkpoint, graph, OrtAccess.C);

    assertThat(throughC).hasSize(SLOTS + STEPS * SLOTS);
    assertThat(throughC.getLast()).isNotEqualTo(throughC.get(throughC.size() - 1 - SLOTS));
    assertThat(throughC)
        .usingRecursiveComparison()
        .isEqualTo(logits(checkpoint, graph, OrtAccess.JAVA));
  }

  /** Prompts of different lengths in chunks, then all slots at once over the cache in place. */
  private static List<float[]> logits(Checkpoint checkpoint, Path graph, OrtAccess access) {
    List<float[]> all = new ArrayList<>();
    var config = checkpoint.config().text();
    try (Device device = Device.cpu(2, access);
        LanguageModel model = OnnxLanguageModel.open(config, graph, device, SLOTS, 256)) {
      float[][] rows = new float[SLOTS][config.vocabularySize()];
      int[] lengths = new int[SLOTS];
      for (int slot = 0; slot < SLOTS; slot++) {
        for (int chunk = 0; chunk < 3; chunk++) {
          int[] ids = ids(5 + 11 * slot, chunk, config.vocabularySize());
          model.prefill(new PrefillChunk(slot, lengths[slot], ids, List.of()), rows[slot]);
          lengths[slot] += ids.length;
        }
        all.add(rows[slot].clone());
      }
      for (int step = 0; step < STEPS; step++) {
        List<DecodeToken> tokens = new ArrayList<>();
        for (int slot = 0; slot < SLOTS; slot++) {
          tokens.add(new DecodeToken(slot, lengths[slot]++, argMax(rows[slot])));
        }
        model.decode(tokens, rows);
        for (float[] row : rows) {
          all.add(row.clone());
        }
      }
    }
    return all;
  }

  private static int[] ids(int count, int seed, int vocabulary) {
    int[] ids = new int[count];
    for (int i = 0; i < count; i++) {
      ids[i] = (seed * 31 + i * 7 + 5) % (vocabulary / 2);
    }
    return ids;
  }

  private static int argMax(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }
}
