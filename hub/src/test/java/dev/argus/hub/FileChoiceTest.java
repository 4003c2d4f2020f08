package dev.argus.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files come, whatever a repository lists. */
final class FileChoiceTest {
  @TempDir private Path folder;

  private HubScene scene;

  @BeforeEach
  void open() throws IOException {
    scene = HubScene.open(folder);
  }

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void shardsAreThoseThatTheIndexNames() throws Exception {
    scene.files().remove(HubScene.WEIGHTS);
    scene.weights("model-00001-of-00002.safetensors", 2);
    scene.weights("model-00002-of-00002.safetensors", 3);
    scene.weights("consolidated.safetensors", 4);
    scene.index("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors");
    scene.hub().publish(HubScene.ID, HubScene.FIRST, "main", scene.files());

    scene.run();

    assertThat(HubScene.names(scene.target()))
        .contains("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")
        .doesNotContain("consolidated.safetensors");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil.safetensors",
        "/etc/evil.safetensors",
        "sub/evil.safetensors",
        "evil.bin",
        "..\\\\evil.safetensors",
        "missing.safetensors"
      })
  void anIndexThatReachesOutOfTheCheckpointIsRefused(String shard) throws Exception {
    scene.files().remove(HubScene.WEIGHTS);
    scene.index(shard);
    scene.hub().publish(HubScene.ID, HubScene.FIRST, "main", scene.files());

    assertThatThrownBy(scene::run)
        .isInstanceOf(HubException.class)
        .hasMessageContaining("which is no safetensors file beside it");
    assertThat(scene.target()).doesNotExist();
  }

  @Test
  void hostileNamesInTheListAreNotTouched() throws Exception {
    Path evil = scene.files().getOrDefault(HubScene.WEIGHTS, Path.of(""));
    for (String name :
        List.of(
            "../config.json",
            "../../evil.safetensors",
            "/tmp/evil.safetensors",
            "onnx/../../config.json",
            ".argus/import.json",
            "config.json\u0000.safetensors",
            "modeling_evil.py")) {
      scene.files().put(name, evil);
    }
    scene.hub().publish(HubScene.ID, HubScene.FIRST, "main", scene.files());

    scene.run();

    assertThat(HubScene.names(scene.target())).hasSize(5).contains(HubScene.WEIGHTS, "config.json");
    assertThat(HubScene.names(scene.folder().resolve("models")))
        .allMatch(name -> name.startsWith("model/"));
  }

  @Test
  void picklesAloneAreNoWeights() {
    scene.files().remove(HubScene.WEIGHTS);
    scene.hub().publish(HubScene.ID, HubScene.FIRST, "main", scene.files());

    assertThatThrownBy(scene::run)
        .isInstanceOf(HubException.class)
        .hasMessageContaining("no model.safetensors, only pytorch_model.bin, a pickle");
  }

  @Test
  void anOnnxExportIsPointedTo() throws Exception {
    scene.files().remove(HubScene.WEIGHTS);
    scene.onnx("");
    scene.hub().publish(HubScene.ID, HubScene.FIRST, "main", scene.files());

    assertThatThrownBy(scene::run).hasMessageContaining("--onnx");
  }

  @Test
  void anOnnxExportOfOneVariantComesWithItsData() throws Exception {
    scene.onnx("");
    scene.onnx("_q4");
    scene.content("onnx/decoder_model_merged_q4.onnx_data", "data");
    scene.hub().publish(HubScene.ID, HubScene.FIRST, "main", scene.files());
    HubSettings settings = scene.settings(Optional.empty(), false);

    scene.run(
        scene.address(), Optional.empty(), FileChoice.onnx("q4"), settings, HubLimits.defaults());

    assertThat(HubScene.names(scene.target()))
        .filteredOn(name -> name.startsWith("onnx/"))
        .containsExactly(
            "onnx/decoder_model_merged_q4.onnx",
            "onnx/decoder_model_merged_q4.onnx_data",
            "onnx/embed_tokens_q4.onnx",
            "onnx/vision_encoder_q4.onnx");
    assertThat(scene.target().resolve(HubScene.WEIGHTS)).doesNotExist();
  }

  @Test
  void aVariantThatIsNotThereNamesThoseThatAre() throws Exception {
    scene.onnx("");
    scene.onnx("_q4");
    scene.hub().publish(HubScene.ID, HubScene.FIRST, "main", scene.files());
    HubSettings settings = scene.settings(Optional.empty(), false);

    assertThatThrownBy(() ->
            scene.run(
                scene.address(),
                Optional.empty(),
                FileChoice.onnx("int9"),
                settings,
                HubLimits.defaults()))
        .hasMessageContaining("variants there: the unquantised one, q4");
  }

  @Test
  void whatIsTooMuchIsRefused() throws Exception {
    HubLimits few = HubScene.limits(3, 1 << 30);
    HubLimits small = HubScene.limits(100, 1_000_000);
    HubSettings settings = scene.settings(Optional.empty(), false);

    assertThatThrownBy(() ->
            scene.run(scene.address(), Optional.empty(), FileChoice.safetensors(), settings, few))
        .hasMessageContaining("at most 3 are taken");
    assertThatThrownBy(() ->
            scene.run(scene.address(), Optional.empty(), FileChoice.safetensors(), settings, small))
        .hasMessageContaining("is larger than");
    assertThat(scene.hub().requestsFor(HubScene.WEIGHTS)).isEmpty();
  }

  @Test
  void sizesBeyondAllReasonAreRefused() {
    scene
        .hub()
        .fail(
            "",
            scene.listing(
                "{\"rfilename\": \"%s\", \"size\": 9223372036854775807, \"blobId\": \""
                    + "a".repeat(40)
                    + "\"}"));

    assertThatThrownBy(scene::run).hasMessageContaining("is larger than");
  }
}
