package dev.argus.decoder.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.GraphPart;
import dev.argus.checkpoint.graph.Graphs;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.decoder.core.LanguageModel;
import dev.argus.decoder.core.LanguageModel.DecodeToken;
import dev.argus.decoder.core.LanguageModel.PrefillChunk;
import dev.argus.decoder.core.LanguageModel.VisualRows;
import dev.argus.runtime.Device;
import dev.argus.testdata.Golden;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OnnxLanguageModelTest {
  private static final float TOLERANCE = 5e-4f;
  private static final int SLOTS = 5;
  private static final int CAPACITY = 1100;

  /** Tokens decoded where nothing else matters. */
  private static final int STEPS = 20;

  private final Device device = Device.cpu(2);
  private final Map<String, Checkpoint> checkpoints = new HashMap<>();
  private final Map<String, LanguageModel> models = new HashMap<>();

  @BeforeAll
  void open(@TempDir Path cache) {
    for (String name :
        List.of(
            "tiny-idefics3",
            "tiny-idefics3-512",
            "tiny-internvl",
            "tiny-internvl-448",
            "tiny-internvl-remote")) {
      Checkpoint checkpoint = Checkpoint.open(Golden.path(name));
      Path graph =
          Graphs.prepare(
              checkpoint, GraphPart.DECODER, Precision.FP32, cache, BuildProgress.SILENT);
      checkpoints.put(name, checkpoint);
      models.put(
          name, OnnxLanguageModel.open(checkpoint.config().text(), graph, device, SLOTS, CAPACITY));
    }
  }

  @AfterAll
  void close() {
    models.values().forEach(LanguageModel::close);
    device.close();
  }

  @ParameterizedTest
  @CsvSource({
    "tiny-idefics3, A_tiled, 1000",
    "tiny-idefics3, A_tiled, 7",
    "tiny-idefics3, A_tiled, 64",
    "tiny-idefics3, B_two_images, 1000",
    "tiny-idefics3, B_two_images, 7",
    "tiny-idefics3, B_two_images, 64",
    "tiny-idefics3, C_text_only, 1000",
    "tiny-idefics3, C_text_only, 7",
    "tiny-idefics3, C_text_only, 1",
    "tiny-idefics3, D_no_split, 1000",
    "tiny-idefics3, D_no_split, 7",
    "tiny-idefics3-512, A_tiled, 1000",
    "tiny-idefics3-512, A_tiled, 64",
    "tiny-internvl, A_tiled, 64",
    "tiny-internvl, B_two_images, 1000",
    "tiny-internvl, C_text_only, 7",
    "tiny-internvl, D_single_tile, 1000",
    "tiny-internvl-448, A_tiled, 256",
    "tiny-internvl-remote, A_tiled, 64",
    "tiny-internvl-remote, B_two_images, 64",
    "tiny-internvl-remote, C_text_only, 64",
    "tiny-internvl-remote, D_single_tile, 64",
  })
  void tokensAndLogitsEqualTheReference(String checkpoint, String name, int chunk) {
    LanguageModel model = model(checkpoint);
    GoldenCase example = example(checkpoint, name);

    float[] logits = prefill(model, example, 3, chunk);

    for (int step = 0; step < example.greedy().length; step++) {
      assertLogits(logits, example, step);
      int token = argMax(logits);
      assertThat(token).as("token %d", step).isEqualTo(example.greedy()[step]);
      float[][] rows = {logits};
      model.decode(List.of(new DecodeToken(3, example.tokenIds().length + step, token)), rows);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 1, 2, 3, 64", "0, 2, 3, 4, 7", "4, 0, 1, 3, 1000"})
  void sequencesInSeveralSlotsEqualTheReference(int a, int b, int c, int d, int chunk) {
    int[] slots = {a, b, c, d};
    LanguageModel model = model("tiny-idefics3");
    List<GoldenCase> examples =
        List.of(
            example("tiny-idefics3", "A_tiled"),
            example("tiny-idefics3", "B_two_images"),
            example("tiny-idefics3", "C_text_only"),
            example("tiny-idefics3", "D_no_split"));
    float[][] rows = new float[4][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = prefill(model, examples.get(i), slots[i], chunk);
    }

    for (int step = 0; step < 24; step++) {
      List<DecodeToken> tokens = new ArrayList<>();
      for (int i = 0; i < rows.length; i++) {
        GoldenCase example = examples.get(i);
        assertLogits(rows[i], example, step);
        assertThat(argMax(rows[i])).isEqualTo(example.greedy()[step]);
        tokens.add(
            new DecodeToken(slots[i], example.tokenIds().length + step, example.greedy()[step]));
      }
      model.decode(tokens, rows);
    }
  }

  @Test
  void aBatchGivesTheSameBitsAsItsRowsAlone() {
    LanguageModel model = model("tiny-idefics3");
    GoldenCase first = example("tiny-idefics3", "A_tiled");
    GoldenCase second = example("tiny-idefics3", "C_text_only");
    prefill(model, first, 0, 64);
    prefill(model, second, 1, 64);
    DecodeToken one = new DecodeToken(0, first.tokenIds().length, first.greedy()[0]);
    DecodeToken two = new DecodeToken(1, second.tokenIds().length, second.greedy()[0]);

    float[][] alone = {new float[model.vocabularySize()]};
    model.decode(List.of(two), alone);
    float[][] together = new float[2][model.vocabularySize()];
    model.decode(List.of(one, two), together);

    assertThat(together[1]).isEqualTo(alone[0]);
  }

  @Test
  void anyCompanyGivesTheSameBitsAsNone() {
    LanguageModel model = model("tiny-idefics3");
    GoldenCase example = example("tiny-idefics3", "C_text_only");
    int prompt = example.tokenIds().length;
    Random random = new Random(7);
    int[] lengths = new int[SLOTS];
    // Alone in a slot that never moves: a copy of each answer so far, by slot.
    List<List<float[]>> alone = new ArrayList<>();
    for (int slot = 0; slot < SLOTS; slot++) {
      alone.add(decodeAlone(model, example, slot));
    }
    for (int slot = 0; slot < SLOTS; slot++) {
      prefill(model, example, slot, 1000);
    }

    for (int round = 0; round < 100; round++) {
      List<DecodeToken> tokens = new ArrayList<>();
      for (int slot = 0; slot < SLOTS; slot++) {
        if (lengths[slot] < STEPS && random.nextBoolean()) {
          tokens.add(new DecodeToken(slot, prompt + lengths[slot], token(slot, lengths[slot])));
        }
      }
      if (tokens.isEmpty()) {
        continue;
      }
      Collections.shuffle(tokens, random);
      float[][] rows = new float[tokens.size()][model.vocabularySize()];
      model.decode(tokens, rows);
      for (int i = 0; i < rows.length; i++) {
        int slot = tokens.get(i).slot();
        assertThat(rows[i]).isEqualTo(alone.get(slot).get(lengths[slot]++));
      }
    }
    assertThat(lengths).containsOnly(STEPS);
  }

  private static List<float[]> decodeAlone(LanguageModel model, GoldenCase example, int seed) {
    prefill(model, example, 0, 1000);
    List<float[]> all = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      float[][] row = {new float[model.vocabularySize()]};
      int position = example.tokenIds().length + step;
      model.decode(List.of(new DecodeToken(0, position, token(seed, step))), row);
      all.add(row[0]);
    }
    return all;
  }

  /** Any tokens, different ones for each sequence. */
  private static int token(int sequence, int step) {
    return 20 + 31 * sequence + 7 * step;
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 34, 63, 64, 65, 100, 128, 129})
  void chunksOfAnyAllowedLengthGiveTheSameBits(int chunk) {
    LanguageModel model = model("tiny-idefics3");
    GoldenCase example = example("tiny-idefics3", "A_tiled");
    float[] whole = prefill(model, example, 0, 1000);

    assertThat(prefill(model, example, 1, chunk)).isEqualTo(whole);
  }

  @Test
  void aCopiedBeginningGivesTheSameBits() {
    LanguageModel model = model("tiny-idefics3");
    GoldenCase example = example("tiny-idefics3", "A_tiled");
    float[] whole = prefill(model, example, 1, 64);
    prefill(model, example("tiny-idefics3", "B_two_images"), 4, 64);

    model.copy(1, 4, 0, 100);
    model.copy(1, 4, 100, 192);
    float[] rest = new float[model.vocabularySize()];
    example
        .chunks(4, 64)
        .subList(3, example.chunks(4, 64).size())
        .forEach(chunk -> model.prefill(chunk, rest));

    assertThat(rest).isEqualTo(whole);
  }

  @Test
  void prefillAndDecodeTakeTurns() {
    LanguageModel model = model("tiny-idefics3");
    GoldenCase running = example("tiny-idefics3", "C_text_only");
    GoldenCase arriving = example("tiny-idefics3", "A_tiled");
    float[][] rows = {prefill(model, running, 2, 1000)};
    float[] arrived = new float[model.vocabularySize()];
    List<PrefillChunk> chunks = arriving.chunks(1, 16);

    for (int step = 0; step < 16; step++) {
      assertLogits(rows[0], running, step);
      model.prefill(chunks.get(step), arrived);
      model.decode(
          List.of(new DecodeToken(2, running.tokenIds().length + step, running.greedy()[step])),
          rows);
    }

    assertThat(chunks).hasSize(16);
    assertLogits(arrived, arriving, 0);
  }

  @Test
  void aSlotIsReusedWithoutClearing() {
    LanguageModel model = model("tiny-idefics3");
    GoldenCase example = example("tiny-idefics3", "C_text_only");
    float[] fresh = prefill(model, example, 0, 1000);
    prefill(model, example("tiny-idefics3", "B_two_images"), 0, 1000);

    assertThat(prefill(model, example, 0, 1000)).isEqualTo(fresh);
  }

  @Test
  void fillsASlotToTheLastPosition() {
    LanguageModel model = model("tiny-idefics3");
    float[] logits = new float[model.vocabularySize()];
    model.prefill(new PrefillChunk(0, 0, new int[CAPACITY - 1], List.of()), logits);
    float[][] rows = {logits};

    model.decode(List.of(new DecodeToken(0, CAPACITY - 1, 1)), rows);

    assertThat(logits).doesNotContain(Float.NaN);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.decode(List.of(new DecodeToken(0, CAPACITY, 1)), rows));
  }

  @Test
  void refusesWhatDoesNotFit() {
    LanguageModel model = model("tiny-idefics3");
    float[] row = new float[model.vocabularySize()];
    float[][] rows = {row};
    assertRefused(() -> model.decode(List.of(), new float[0][]));
    assertRefused(() -> model.decode(List.of(new DecodeToken(0, 0, 1)), new float[2][560]));
    assertRefused(() -> model.decode(List.of(new DecodeToken(SLOTS, 0, 1)), rows));
    assertRefused(() -> model.decode(List.of(new DecodeToken(-1, 0, 1)), rows));
    assertRefused(() -> model.decode(List.of(new DecodeToken(0, -1, 1)), rows));
    assertRefused(() -> model.decode(List.of(new DecodeToken(0, 0, 560)), rows));
    assertRefused(() -> model.decode(List.of(new DecodeToken(0, 0, -1)), rows));
    assertRefused(() ->
        model.decode(
            List.of(new DecodeToken(1, 0, 1), new DecodeToken(1, 0, 1)), new float[2][560]));
    assertRefused(() -> model.decode(List.of(new DecodeToken(0, 0, 1)), new float[1][559]));
    assertRefused(() -> model.copy(0, 0, 0, 1));
    assertRefused(() -> model.copy(0, SLOTS, 0, 1));
    assertRefused(() -> model.copy(0, 1, 1, 1));
    assertRefused(() -> model.copy(0, 1, CAPACITY, CAPACITY + 1));
    assertRefused(() -> model.prefill(new PrefillChunk(0, 0, new int[0], List.of()), row));
    assertRefused(
        () -> model.prefill(new PrefillChunk(0, CAPACITY - 24, new int[25], List.of()), row));
    assertRefused(() -> model.prefill(visual(0, 96 * 4 + 1), row));
    assertRefused(() -> model.prefill(visual(0, 0), row));
    assertRefused(() -> model.prefill(visual(2, 2 * 96 * 4), row));
    assertRefused(() -> model.prefill(visual(-1, 96 * 4), row));
  }

  private static PrefillChunk visual(int offset, int bytes) {
    return new PrefillChunk(
        0, 0, new int[3], List.of(new VisualRows(offset, ByteBuffer.allocate(bytes))));
  }

  private static void assertRefused(Runnable call) {
    assertThatIllegalArgumentException().isThrownBy(call::run);
  }

  @Test
  void refusesACacheThatTheDeviceCannotHold(@TempDir Path folder) {
    Checkpoint checkpoint = checkpoint("tiny-idefics3");
    var config = checkpoint.config().text();
    Path graph =
        Graphs.prepare(checkpoint, GraphPart.DECODER, Precision.FP32, folder, BuildProgress.SILENT);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> OnnxLanguageModel.open(config, graph, device, 4096, 8192))
        .withMessageContaining("take fewer or shorter slots");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OnnxLanguageModel.open(config, graph, device, 1, 8193))
        .withMessageContaining("1 to 8192 positions");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OnnxLanguageModel.open(config, graph, device, 0, 16));
  }

  private LanguageModel model(String checkpoint) {
    return Objects.requireNonNull(models.get(checkpoint));
  }

  private Checkpoint checkpoint(String name) {
    return Objects.requireNonNull(checkpoints.get(name));
  }

  private GoldenCase example(String checkpoint, String name) {
    var config = checkpoint(checkpoint).config();
    String reference = checkpoint.replaceFirst("-remote$", ""); // The same weights.
    return GoldenCase.read(reference, name, config.imageTokenId(), config.text().hiddenSize());
  }

  private static float[] prefill(LanguageModel model, GoldenCase example, int slot, int chunk) {
    float[] logits = new float[model.vocabularySize()];
    example.chunks(slot, chunk).forEach(piece -> model.prefill(piece, logits));
    return logits;
  }

  private static void assertLogits(float[] logits, GoldenCase example, int step) {
    for (int id = 0; id < logits.length; id++) {
      assertThat(logits[id])
          .as("step %d, logit %d", step, id)
          .isCloseTo(example.logits()[step][id], within(TOLERANCE));
    }
  }

  private static int argMax(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }
}
