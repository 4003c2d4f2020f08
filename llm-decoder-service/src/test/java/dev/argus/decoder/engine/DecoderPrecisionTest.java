package dev.argus.decoder.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.GraphFinish;
import dev.argus.checkpoint.graph.GraphPart;
import dev.argus.checkpoint.graph.Graphs;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.decoder.core.LanguageModel;
import dev.argus.decoder.core.LanguageModel.DecodeToken;
import dev.argus.decoder.core.LanguageModel.PrefillChunk;
import dev.argus.decoder.core.LanguageModel.VisualRows;
import dev.argus.decoder.core.sampling.TopLogits;
import dev.argus.runtime.Device;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a language model answers at each precision: near fp32, and the same in any company. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DecoderPrecisionTest {
  private static final int PROMPTS = 8;
  private static final int ANSWER = 200;
  private static final int CAPACITY = 320;

  private final Device device = Device.cpu(2);

  @TempDir private Path cache;

  @AfterAll
  void close() {
    device.close();
  }

  /**
   * The error is the length of the logits' difference to the reference's over their own, the mean
   * of 24 positions. These weights are random: trained ones, such as argus-tiny's, give a fifth of
   * it. Logits that have nothing to do with the reference's give 1.4.
   */
  @ParameterizedTest
  @CsvSource({
    "tiny-idefics3, A_tiled, INT8, 0.08",
    "tiny-idefics3, C_text_only, INT8, 0.08",
    "tiny-idefics3-512, A_tiled, INT8, 0.08",
    "tiny-internvl, A_tiled, INT8, 0.08",
    "tiny-internvl-448, A_tiled, INT8, 0.08",
    "tiny-idefics3, A_tiled, W8A8, 0.12",
    "tiny-idefics3, C_text_only, W8A8, 0.12",
    "tiny-idefics3-512, A_tiled, W8A8, 0.12",
    "tiny-internvl, A_tiled, W8A8, 0.12",
    "tiny-internvl-448, A_tiled, W8A8, 0.12",
    "tiny-idefics3, A_tiled, INT4, 0.7",
    "tiny-idefics3-512, A_tiled, INT4, 0.7",
    "tiny-internvl, A_tiled, INT4, 0.7",
  })
  void logitsAreNearTheReferences(
      String checkpoint, String name, Precision precision, double most) {
    assertThat(read(checkpoint, name, precision).error()).isLessThan(most);
  }

  /**
   * The runtime emulates float16 on a processor, so that its graphs and cache can be tried there.
   */
  @ParameterizedTest
  @CsvSource({
    "tiny-idefics3, A_tiled",
    "tiny-idefics3, B_two_images",
    "tiny-idefics3, C_text_only",
    "tiny-idefics3-512, A_tiled",
    "tiny-internvl, A_tiled",
    "tiny-internvl, C_text_only",
    "tiny-internvl-448, A_tiled",
  })
  void fp16SaysWhatTheReferenceDoes(String checkpoint, String name) {
    Reading reading = read(checkpoint, name, Precision.FP16);

    assertThat(reading.error()).isLessThan(0.005);
    assertThat(reading.agreed()).isGreaterThanOrEqualTo(23);
  }

  /** A narrow graph is for a GPU, from where logits would have to be brought. */
  @ParameterizedTest
  @CsvSource({"tiny-idefics3", "tiny-internvl"})
  void aNarrowGraphSaysWhichTokensAreTheMostLikely(String checkpoint) {
    assertSaysTheHighest(Golden.path(checkpoint));
  }

  @Test
  void aNarrowGraphSaysTheLowestIdAmongEquals() throws IOException {
    Path twins = Files.createDirectory(cache.resolve("twins"));
    try (Stream<Path> files = Files.list(Golden.path("tiny-internvl"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, twins.resolve(file.getFileName()));
      }
    }
    Path weights = twins.resolve("model.safetensors");
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(weights)).order(ByteOrder.LITTLE_ENDIAN);
    int begin = Math.toIntExact(Long.BYTES + bytes.getLong(0));
    assertThat(new String(bytes.array(), Long.BYTES, begin - Long.BYTES, UTF_8))
        .contains(
            "\"language_model.lm_head.weight\":{\"dtype\":\"F32\",\"shape\":[544,96],\"data_offsets\":[0,");
    int rowBytes = 96 * Float.BYTES;
    for (int id = 0; id < 544; id += 2) {
      int row = begin + id * rowBytes;
      System.arraycopy(bytes.array(), row, bytes.array(), row + rowBytes, rowBytes);
    }
    Files.write(weights, bytes.array());

    assertSaysTheHighest(twins);
  }

  private void assertSaysTheHighest(Path checkpoint) {
    Random random = new Random(7);
    try (LanguageModel model = open(checkpoint.toString(), Precision.FP16, 8, 64)) {
      float[] logits = new float[model.vocabularySize()];
      for (int slot = 0; slot < 8; slot++) {
        int[] prompt = random.ints(3, 0, model.vocabularySize()).toArray();
        model.prefill(new PrefillChunk(slot, 0, prompt, List.of()), logits);
      }
      for (int position = 3; position < 63; position++) {
        List<DecodeToken> tokens = new ArrayList<>();
        for (int slot = 0; slot < 1 + position % 8; slot++) {
          tokens.add(new DecodeToken(slot, 3, random.nextInt(model.vocabularySize())));
        }
        for (LanguageModel.Logits row : model.decode(tokens)) {
          row.read(logits);
          assertThat(row.highest()).hasValue(argMax(logits));
          assertSaysTheFirst(row, 1 + random.nextInt(70), logits);
        }
      }
    }
  }

  /** All whose logit is one of the highest, or nothing. */
  private static void assertSaysTheFirst(LanguageModel.Logits row, int count, float[] logits) {
    float[] sorted = logits.clone();
    Arrays.sort(sorted);
    float least = sorted[sorted.length - count];
    Map<Integer, Float> expected = new HashMap<>();
    for (int id = 0; id < logits.length; id++) {
      if (logits[id] >= least) {
        expected.put(id, logits[id]);
      }
    }
    Optional<TopLogits> top = row.top(count);
    if (expected.size() >= 64) {
      assertThat(top).isEmpty();
      return;
    }
    Map<Integer, Float> said = new HashMap<>();
    for (int i = 0; i < top.orElseThrow().ids().length; i++) {
      said.put(top.get().ids()[i], top.get().logits()[i]);
    }
    assertThat(said).isEqualTo(expected).hasSize(top.get().ids().length);
  }

  /** Greedy decoding would go on with any token, where sampling fails. */
  @Test
  void aNarrowGraphSaysNothingOfLogitsThatAreNotFinite() {
    int hidden = Checkpoint.open(Golden.path("tiny-idefics3")).config().text().hiddenSize();
    ByteBuffer broken = ByteBuffer.allocate(hidden * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    broken.asFloatBuffer().put(0, Float.NaN);
    try (LanguageModel model = open("testdata/golden/tiny-idefics3", Precision.FP16, 2, 64)) {
      float[] logits = new float[model.vocabularySize()];
      model.prefill(new PrefillChunk(0, 0, new int[] {1, 2, 3}, List.of()), logits);
      List<VisualRows> visual = List.of(new VisualRows(1, broken));
      model.prefill(new PrefillChunk(1, 0, new int[] {1, 2, 3}, visual), logits);
      assertThat(logits).contains(Float.NaN);

      var rows = model.decode(List.of(new DecodeToken(0, 3, 4), new DecodeToken(1, 3, 4)));

      assertThat(rows.getFirst().highest()).isPresent();
      assertThat(rows.getFirst().top(5)).isPresent();
      assertThat(rows.getLast().highest()).isEmpty();
      assertThat(rows.getLast().top(5)).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"FP32", "INT8"})
  void othersLeaveItToTheirCaller(Precision precision) {
    try (LanguageModel model = open("testdata/golden/tiny-idefics3", precision, 1, 64)) {
      float[] logits = new float[model.vocabularySize()];
      model.prefill(new PrefillChunk(0, 0, new int[] {1, 2, 3}, List.of()), logits);

      LanguageModel.Logits row = model.decode(List.of(new DecodeToken(0, 3, 4))).getFirst();
      assertThat(row.highest()).isEmpty();
      assertThat(row.top(1)).isEmpty();
    }
  }

  /**
   * How near a model is to the reference where it is given what the reference says.
   *
   * @param error the logits', as above
   * @param agreed in how many of the 24 places it would have said the same
   */
  private record Reading(double error, int agreed) {}

  private Reading read(String checkpoint, String name, Precision precision) {
    var config = Checkpoint.open(Golden.path(checkpoint)).config();
    GoldenCase example =
        GoldenCase.read(checkpoint, name, config.imageTokenId(), config.text().hiddenSize());
    float[] logits = new float[config.text().vocabularySize()];
    float[][] rows = {logits};
    double error = 0;
    int agreed = 0;
    try (LanguageModel model = open("testdata/golden/" + checkpoint, precision, 1, 1100)) {
      example.chunks(0, 256).forEach(chunk -> model.prefill(chunk, logits));
      for (int step = 0; step < example.greedy().length; step++) {
        error += error(logits, example.logits()[step]) / example.greedy().length;
        agreed += argMax(logits) == example.greedy()[step] ? 1 : 0;
        int position = example.tokenIds().length + step;
        model.decode(List.of(new DecodeToken(0, position, example.greedy()[step])), rows);
      }
    }
    return new Reading(error, agreed);
  }

  @ParameterizedTest
  @CsvSource({
    "testdata/golden/tiny-idefics3, FP32",
    "testdata/golden/tiny-idefics3, INT8",
    "testdata/golden/tiny-idefics3, INT4",
    "testdata/golden/tiny-internvl, INT8",
    "testdata/golden/tiny-idefics3, W8A8",
    "testdata/golden/tiny-internvl, W8A8",
    "models/argus-tiny, FP32",
    "models/argus-tiny, INT8",
    "models/argus-tiny, W8A8",
    "models/argus-tiny, INT4",
    "testdata/golden/tiny-idefics3, FP16",
    "testdata/golden/tiny-internvl, FP16",
    "models/argus-tiny, FP16",
  })
  void eightAnswersAreTheSameTogetherAndAlone(String checkpoint, Precision precision) {
    try (LanguageModel model = open(checkpoint, precision, PROMPTS, CAPACITY)) {
      List<int[]> prompts = prompts(model.vocabularySize());
      List<Answer> alone = new ArrayList<>();
      for (int[] prompt : prompts) {
        alone.addAll(answers(model, List.of(prompt)));
      }
      assertThat(answers(model, prompts)).isEqualTo(alone);
    }
  }

  /** Of different lengths, so that the batch is ragged. */
  private static List<int[]> prompts(int vocabulary) {
    Random random = new Random(1);
    List<int[]> prompts = new ArrayList<>();
    for (int i = 0; i < PROMPTS; i++) {
      prompts.add(random.ints(3 + 13L * i, 0, vocabulary).toArray());
    }
    return prompts;
  }

  /**
   * A greedy answer.
   *
   * @param tokens its tokens
   * @param logits a hash of all logits on the way, bit by bit
   */
  private record Answer(List<Integer> tokens, int logits) {}

  private static List<Answer> answers(LanguageModel model, List<int[]> prompts) {
    int count = prompts.size();
    float[][] logits = new float[count][model.vocabularySize()];
    List<List<Integer>> tokens = new ArrayList<>();
    int[] hashes = new int[count];
    for (int slot = 0; slot < count; slot++) {
      model.prefill(new PrefillChunk(slot, 0, prompts.get(slot), List.of()), logits[slot]);
      tokens.add(new ArrayList<>());
    }
    for (int step = 0; step < ANSWER; step++) {
      List<DecodeToken> next = new ArrayList<>();
      for (int slot = 0; slot < count; slot++) {
        hashes[slot] = 31 * hashes[slot] + Arrays.hashCode(logits[slot]);
        tokens.get(slot).add(argMax(logits[slot]));
        next.add(
            new DecodeToken(slot, prompts.get(slot).length + step, tokens.get(slot).getLast()));
      }
      model.decode(next, logits);
    }
    List<Answer> answers = new ArrayList<>();
    for (int slot = 0; slot < count; slot++) {
      answers.add(new Answer(tokens.get(slot), hashes[slot]));
    }
    return answers;
  }

  @ParameterizedTest
  @CsvSource({"FP16, float16", "BF16, bfloat16"})
  void refusesWhatAProcessorHasNoArithmeticFor(Precision precision, String type) {
    Checkpoint checkpoint = Checkpoint.open(Golden.path("tiny-idefics3"));

    assertThatExceptionOfType(ModelFault.class)
        .isThrownBy(() ->
            OnnxLanguageModel.open(checkpoint, precision, device, 1, 16, BuildProgress.SILENT))
        .withMessageStartingWith("a graph that computes in " + type + " is for a GPU");
    assertThat(
            Graphs.find(
                checkpoint,
                GraphPart.DECODER,
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
        .isThrownBy(() -> open(checkpoint, Precision.BF16, 1, 64))
        .withMessageContaining("Could not find an implementation for");
  }

  private LanguageModel open(String name, Precision precision, int slots, int capacity) {
    Checkpoint checkpoint = Checkpoint.open(Golden.repository().resolve(name));
    return OnnxLanguageModel.open(
        checkpoint.config().text(), graph(checkpoint, precision), device, slots, capacity);
  }

  /** Built, and finished as it is for serving where it can be served here. */
  private Path graph(Checkpoint checkpoint, Precision precision) {
    try {
      Path folder = Files.createTempDirectory(cache, "graphs");
      Path built =
          Graphs.prepare(checkpoint, GraphPart.DECODER, precision, folder, BuildProgress.SILENT);
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

  /** Length of the difference over that of what is expected. */
  private static double error(float[] actual, float[] expected) {
    double difference = 0;
    double length = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(actual[i] - expected[i], 2);
      length += (double) expected[i] * expected[i];
    }
    return Math.sqrt(difference / length);
  }

  private static int argMax(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }
}
