package dev.argus.checkpoint.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.checkpoint.onnx.ModelProto;
import dev.argus.checkpoint.onnx.NodeProto;
import dev.argus.checkpoint.onnx.ValueInfoProto;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HubExportTest {
  private static final Checkpoint TINY = Checkpoint.open(Golden.path("tiny-idefics3"));

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"vision_encoder", "embed_tokens", "decoder_model_merged"})
  void graphsHaveOperatorsOfOnnxAlone(String graph) throws IOException {
    ModelProto model = export().graph(graph);

    assertThat(model.getOpsetImportList())
        .singleElement()
        .satisfies(set -> {
          assertThat(set.getDomain()).isEmpty();
          assertThat(set.getVersion()).isEqualTo(18);
        });
    assertThat(model.getGraph().getNodeList()).extracting(NodeProto::getDomain).containsOnly("");
  }

  @Test
  void namesAreThoseOfTheHub() throws IOException {
    Export export = export();

    assertThat(inputs(export.graph("vision_encoder")))
        .containsExactly("pixel_values", "pixel_attention_mask");
    assertThat(outputs(export.graph("vision_encoder"))).containsExactly("image_features");
    assertThat(inputs(export.graph("embed_tokens"))).containsExactly("input_ids");
    assertThat(outputs(export.graph("embed_tokens"))).containsExactly("inputs_embeds");
    assertThat(inputs(export.graph("decoder_model_merged")))
        .startsWith("inputs_embeds", "attention_mask", "position_ids")
        .contains("past_key_values.0.key", "past_key_values.2.value")
        .hasSize(3 + 2 * TINY.config().text().layers());
    assertThat(outputs(export.graph("decoder_model_merged")))
        .startsWith("logits")
        .contains("present.0.key", "present.2.value")
        .hasSize(1 + 2 * TINY.config().text().layers());
  }

  @Test
  void settingsGoAlongAndTellWhereTheWeightsAre() throws IOException {
    Path directory = export().directory();

    assertThat(names(directory))
        .contains("tokenizer.json", "preprocessor_config.json", "chat_template.json", "onnx")
        .noneMatch(name -> name.contains("safetensors"));
    assertThat(names(directory.resolve("onnx")))
        .containsExactlyInAnyOrder(
            "vision_encoder.onnx",
            "vision_encoder.onnx_data",
            "embed_tokens.onnx",
            "embed_tokens.onnx_data",
            "decoder_model_merged.onnx",
            "decoder_model_merged.onnx_data");
    JsonNode config = new ObjectMapper().readTree(directory.resolve("config.json").toFile());
    assertThat(config.at("/transformers.js_config/use_external_data_format").asBoolean()).isTrue();
    assertThat(Checkpoint.open(directory).config()).isEqualTo(TINY.config());
  }

  @Test
  void exportingTwiceGivesTheSameBytes() throws IOException {
    Path one = export().directory();
    Path two = folder.resolve("two");
    HubExport.write(TINY, two, ExportProgress.SILENT);

    try (Stream<Path> files = Files.walk(one)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(file).hasSameBinaryContentAs(two.resolve(one.relativize(file)));
      }
    }
  }

  @Test
  void tellsHowFarItIs() {
    List<String> files = new ArrayList<>();
    List<Long> missing = new ArrayList<>();

    HubExport.write(
        TINY,
        folder.resolve("one"),
        (file, written, total) -> {
          files.add(file);
          missing.add(total - written);
        });

    assertThat(files)
        .containsSubsequence(
            "vision_encoder.onnx", "embed_tokens.onnx", "decoder_model_merged.onnx");
    assertThat(missing).allMatch(bytes -> bytes >= 0).endsWith(0L);
  }

  @Test
  void leavesNothingWhereItFails() {
    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(() ->
            HubExport.write(
                TINY,
                folder.resolve("one"),
                (file, written, total) -> {
                  if (file.startsWith("decoder")) {
                    throw new IllegalStateException("stopped");
                  }
                }))
        .withMessage("stopped");

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void refusesAnExistingDirectoryAndOtherArchitectures() {
    assertThatExceptionOfType(ModelFault.class)
        .isThrownBy(() -> HubExport.write(TINY, folder, ExportProgress.SILENT))
        .withMessageContaining("exists");
    Checkpoint other = Checkpoint.open(Golden.path("tiny-internvl"));
    assertThatExceptionOfType(ModelFault.class)
        .isThrownBy(() -> HubExport.write(other, folder.resolve("x"), ExportProgress.SILENT))
        .withMessageContaining("this one is internvl");
  }

  @Test
  void anExportIsFoundWhereThereAreNoWeights() throws IOException {
    Path directory = export().directory();

    assertThat(HubGraphs.of(TINY)).isEmpty();
    assertThat(HubGraphs.of(Checkpoint.open(directory)))
        .contains(new HubGraphs(directory.resolve("onnx")));
    Files.createFile(directory.resolve("model.safetensors"));
    assertThat(HubGraphs.of(Checkpoint.open(directory))).isEmpty();
  }

  @Test
  void precisionsAreFoundByTheEndsOfNames() throws IOException {
    Path onnx = Files.createDirectory(folder.resolve("onnx"));
    HubGraphs graphs = new HubGraphs(onnx);
    for (String name :
        List.of(
            "vision_encoder_quantized.onnx",
            "vision_encoder_uint8.onnx",
            "vision_encoder_fp16.onnx",
            "embed_tokens.onnx",
            "decoder_model_merged_q4.onnx")) {
      Files.createFile(onnx.resolve(name));
    }

    assertThat(graphs.visionEncoder(Precision.INT8))
        .isEqualTo(onnx.resolve("vision_encoder_quantized.onnx"));
    assertThat(graphs.decoder(Precision.INT4))
        .isEqualTo(onnx.resolve("decoder_model_merged_q4.onnx"));
    assertThat(graphs.embedTokens(Precision.INT4)).isEqualTo(onnx.resolve("embed_tokens.onnx"));
    assertThatExceptionOfType(ModelFault.class)
        .isThrownBy(() -> graphs.visionEncoder(Precision.FP32))
        .withMessageContaining("no vision_encoder.onnx in")
        .withMessageContaining(
            "[vision_encoder_fp16.onnx, vision_encoder_quantized.onnx, vision_encoder_uint8.onnx]");
  }

  @Test
  void theFingerprintOfAnExportChangesWithItsGraphs() throws IOException {
    Path directory = export().directory();
    String before = Checkpoint.open(directory).fingerprint();
    Files.copy(
        directory.resolve("onnx/embed_tokens.onnx"),
        directory.resolve("onnx/vision_encoder.onnx"),
        StandardCopyOption.REPLACE_EXISTING);

    assertThat(before).matches("[0-9a-f]{64}");
    assertThat(Checkpoint.open(directory).fingerprint()).isNotEqualTo(before);
  }

  private record Export(Path directory) {
    ModelProto graph(String name) throws IOException {
      return ModelProto.parseFrom(
          Files.readAllBytes(directory.resolve("onnx").resolve(name + ".onnx")));
    }
  }

  private Export export() {
    Path directory = folder.resolve("one");
    HubExport.write(TINY, directory, ExportProgress.SILENT);
    return new Export(directory);
  }

  private static List<String> inputs(ModelProto model) {
    return model.getGraph().getInputList().stream().map(ValueInfoProto::getName).toList();
  }

  private static List<String> outputs(ModelProto model) {
    return model.getGraph().getOutputList().stream().map(ValueInfoProto::getName).toList();
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }
}
