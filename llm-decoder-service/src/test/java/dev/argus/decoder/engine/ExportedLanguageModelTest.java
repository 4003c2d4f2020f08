package dev.argus.decoder.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.config.TextConfig;
import dev.argus.checkpoint.export.ExportProgress;
import dev.argus.checkpoint.export.HubExport;
import dev.argus.checkpoint.export.HubGraphs;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.decoder.core.LanguageModel;
import dev.argus.decoder.core.LanguageModel.DecodeToken;
import dev.argus.decoder.core.LanguageModel.PrefillChunk;
import dev.argus.runtime.Device;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ExportedLanguageModelTest {
  private static final String CHECKPOINT = "tiny-idefics3";
  private static final int CAPACITY = 1100;

  private final Device device = Device.cpu(2);
  private final Checkpoint checkpoint = Checkpoint.open(Golden.path(CHECKPOINT));
  private final TextConfig config = checkpoint.config().text();
  private HubGraphs graphs;
  private LanguageModel model;

  @BeforeAll
  void export(@TempDir Path folder) {
    Path directory = folder.resolve("export");
    HubExport.write(checkpoint, directory, ExportProgress.SILENT);
    graphs = new HubGraphs(directory.resolve("onnx"));
    model = ExportedLanguageModel.open(config, graphs, Precision.FP32, device, 3, CAPACITY);
  }

  @AfterAll
  void close() {
    model.close();
    device.close();
  }

  @ParameterizedTest
  @CsvSource({
    "A_tiled, 1000",
    "A_tiled, 7",
    "B_two_images, 64",
    "C_text_only, 1",
    "D_no_split, 1000"
  })
  void tokensAndLogitsEqualTheReference(String name, int chunk) {
    GoldenCase example = example(name);
    float[][] rows = {prefill(example, 1, chunk)};

    for (int step = 0; step < example.greedy().length; step++) {
      assertStep(rows[0], example, step);
      int position = example.tokenIds().length + step;
      model.decode(List.of(new DecodeToken(1, position, example.greedy()[step])), rows);
    }
  }

  @Test
  void sequencesInSeveralSlotsEqualTheReference() {
    List<GoldenCase> examples =
        List.of(example("A_tiled"), example("C_text_only"), example("D_no_split"));
    float[][] rows = new float[3][];
    for (int slot = 0; slot < 3; slot++) {
      rows[slot] = prefill(examples.get(slot), slot, 64);
    }

    for (int step = 0; step < 24; step++) {
      List<DecodeToken> tokens = new ArrayList<>();
      for (int slot = 0; slot < 3; slot++) {
        GoldenCase example = examples.get(slot);
        assertStep(rows[slot], example, step);
        tokens.add(new DecodeToken(slot, example.tokenIds().length + step, example.greedy()[step]));
      }
      model.decode(tokens, rows);
    }
  }

  @Test
  void aSlotGoesOnFromAnyPositionThatItHolds() {
    GoldenCase example = example("A_tiled");
    prefill(example, 0, 64);
    float[] logits = new float[model.vocabularySize()];
    List<PrefillChunk> chunks = example.chunks(0, 64);

    chunks.subList(1, chunks.size()).forEach(chunk -> model.prefill(chunk, logits));

    assertStep(logits, example, 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            model.decode(
                List.of(new DecodeToken(0, example.tokenIds().length + 1, 0)),
                new float[][] {logits}))
        .withMessageContaining("the slot holds");
  }

  @Test
  void aSlotTakesPositionsOverFromAnother() {
    GoldenCase example = example("A_tiled");
    prefill(example, 0, 1000);
    List<PrefillChunk> chunks = example.chunks(2, 64);
    float[] logits = new float[model.vocabularySize()];
    model.prefill(chunks.getFirst(), logits);

    model.copy(0, 2, 64, 128);
    chunks.subList(2, chunks.size()).forEach(chunk -> model.prefill(chunk, logits));

    assertStep(logits, example, 0);
    int held = example.tokenIds().length;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.copy(0, 2, held + 1, held + 2))
        .withMessageContaining("the slots hold");
    assertThatIllegalArgumentException().isThrownBy(() -> model.copy(0, 0, 0, 1));
  }

  @Test
  void fillsASlotToTheLastPosition() {
    float[] logits = new float[model.vocabularySize()];
    model.prefill(new PrefillChunk(2, 0, new int[CAPACITY - 1], List.of()), logits);
    float[][] rows = {logits};

    model.decode(List.of(new DecodeToken(2, CAPACITY - 1, 1)), rows);

    assertThat(logits).doesNotContain(Float.NaN);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.decode(List.of(new DecodeToken(2, CAPACITY, 1)), rows));
  }

  @Test
  void servesWhatOtherExportersWrite(@TempDir Path folder) throws IOException {
    OtherExporter.write(graphs.folder(), folder);
    GoldenCase example = example("A_tiled");
    try (LanguageModel other =
        ExportedLanguageModel.open(
            config, new HubGraphs(folder), Precision.FP32, device, 1, CAPACITY)) {
      float[] logits = new float[other.vocabularySize()];
      example.chunks(0, 100).forEach(chunk -> other.prefill(chunk, logits));
      assertStep(logits, example, 0);

      DecodeToken next = new DecodeToken(0, example.tokenIds().length, example.greedy()[0]);
      other.decode(List.of(next), new float[][] {logits});
      assertStep(logits, example, 1);
    }
  }

  @Test
  void refusesGraphsOfAnotherKind(@TempDir Path folder) throws IOException {
    for (String name : List.of("embed_tokens.onnx", "embed_tokens.onnx_data")) {
      Files.copy(graphs.folder().resolve(name), folder.resolve(name));
    }
    HubGraphs wrong = new HubGraphs(folder);
    assertThatExceptionOfType(ModelFault.class)
        .isThrownBy(
            () -> ExportedLanguageModel.open(config, wrong, Precision.FP32, device, 1, CAPACITY))
        .withMessageContaining("no decoder_model_merged.onnx");
    Files.copy(folder.resolve("embed_tokens.onnx"), folder.resolve("decoder_model_merged.onnx"));
    assertThatExceptionOfType(ModelFault.class)
        .isThrownBy(
            () -> ExportedLanguageModel.open(config, wrong, Precision.FP32, device, 1, CAPACITY))
        .withMessageContaining("is no export that Argus serves")
        .withMessageContaining("inputs_embeds")
        .withMessageContaining("[input_ids]");
  }

  private GoldenCase example(String name) {
    return GoldenCase.read(
        CHECKPOINT, name, checkpoint.config().imageTokenId(), config.hiddenSize());
  }

  private float[] prefill(GoldenCase example, int slot, int chunk) {
    float[] logits = new float[model.vocabularySize()];
    example.chunks(slot, chunk).forEach(piece -> model.prefill(piece, logits));
    return logits;
  }

  private static void assertStep(float[] logits, GoldenCase example, int step) {
    int best = 0;
    for (int id = 0; id < logits.length; id++) {
      assertThat(logits[id])
          .as("step %d, logit %d", step, id)
          .isCloseTo(example.logits()[step][id], within(5e-4f));
      best = logits[id] > logits[best] ? id : best;
    }
    assertThat(best).as("token %d", step).isEqualTo(example.greedy()[step]);
  }
}
