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
import dev.argus.runtime.DeviceName;
import dev.argus.runtime.Recording;
import dev.argus.testdata.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Logits are the same bit for bit whether decode steps are recorded or not. */
final class RecordedDecodeTest {
  private static final int SLOTS = 6;
  private static final int CAPACITY = 96;
  private static final int ROUNDS = 120;

  @TempDir private Path cache;

  @ParameterizedTest
  @EnumSource(names = {"FP32", "INT8", "INT4", "FP16"})
  void recordedStepsSayTheSame(Precision precision) {
    Checkpoint checkpoint = Checkpoint.open(Golden.path("tiny-idefics3"));
    Path graph =
        Graphs.prepare(checkpoint, GraphPart.DECODER, precision, cache, BuildProgress.SILENT);
    try (Device direct = Device.cpu(2);
        Device throughC = Device.open(new DeviceName.Cpu(), 2, Recording.ON);
        ReplayingDevice replaying = new ReplayingDevice()) {
      List<float[]> expected = logits(checkpoint, graph, direct);

      assertThat(expected).hasSizeGreaterThan(2 * ROUNDS);
      assertThat(logits(checkpoint, graph, throughC))
          .usingRecursiveComparison()
          .isEqualTo(expected);
      assertThat(logits(checkpoint, graph, replaying))
          .usingRecursiveComparison()
          .isEqualTo(expected);
      assertThat(replaying.recordings()).isEqualTo(SLOTS);
    }
  }

  /**
   * Some of the slots at a time, other ones each time, in any order, to their last positions; a
   * prompt begins anew in a slot that is full.
   */
  private static List<float[]> logits(Checkpoint checkpoint, Path graph, Device device) {
    Random random = new Random(3);
    List<float[]> all = new ArrayList<>();
    var config = checkpoint.config().text();
    try (LanguageModel model = OnnxLanguageModel.open(config, graph, device, SLOTS, CAPACITY)) {
      int[] lengths = new int[SLOTS];
      for (int round = 0; round < ROUNDS; round++) {
        List<DecodeToken> tokens = new ArrayList<>();
        for (int slot = 0; slot < SLOTS; slot++) {
          if (lengths[slot] == 0 || lengths[slot] == CAPACITY) {
            int[] prompt = random.ints(3 + 9L * slot, 0, config.vocabularySize()).toArray();
            float[] row = new float[config.vocabularySize()];
            model.prefill(new PrefillChunk(slot, 0, prompt, List.of()), row);
            all.add(row);
            lengths[slot] = prompt.length;
          }
          if (random.nextBoolean()) {
            int token = random.nextInt(config.vocabularySize());
            tokens.add(new DecodeToken(slot, lengths[slot]++, token));
          }
        }
        if (!tokens.isEmpty()) {
          Collections.shuffle(tokens, random);
          float[][] rows = new float[tokens.size()][config.vocabularySize()];
          model.decode(tokens, rows);
          Collections.addAll(all, rows);
        }
      }
    }
    return all;
  }
}
