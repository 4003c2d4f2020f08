package dev.argus.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.architecture.Idefics3;
import dev.argus.checkpoint.architecture.InternVl;
import dev.argus.checkpoint.architecture.InternVlChat;
import dev.argus.checkpoint.config.ModelConfig;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path copy;

  @Test
  void readsIdefics3sNumbers() {
    Checkpoint checkpoint = Checkpoint.open(Golden.path("tiny-idefics3"));
    ModelConfig config = checkpoint.config();

    assertThat(checkpoint.architecture()).isInstanceOf(Idefics3.class);
    assertThat(config.vision().visualTokens()).isEqualTo(16);
    assertThat(config.vision().scaleFactor()).isEqualTo(4);
    assertThat(config.text().ropeTheta()).isEqualTo(100_000);
    assertThat(config.text().kvHeads()).isEqualTo(2);
    assertThat(config.text().headDim()).isEqualTo(16);
    assertThat(config.text().tiedEmbeddings()).isFalse();
    assertThat(config.text().contextLength()).isEqualTo(8192);
    assertThat(config.endOfSequenceIds()).containsExactly(559);
    assertThat(config.imageTokenId()).isEqualTo(550);
    assertThat(Checkpoint.open(Golden.path("tiny-idefics3-512")).config().text().tiedEmbeddings())
        .isTrue();
  }

  @Test
  void readsInternVlsNumbers() {
    Checkpoint checkpoint = Checkpoint.open(Golden.path("tiny-internvl-448"));
    ModelConfig config = checkpoint.config();

    assertThat(checkpoint.architecture()).isInstanceOf(InternVl.class);
    assertThat(config.vision().imageSize()).isEqualTo(448);
    assertThat(config.vision().visualTokens()).isEqualTo(256);
    assertThat(config.text().qkvBias()).isTrue();
    assertThat(config.text().ropeTheta()).isEqualTo(1_000_000);
    assertThat(config.text().headDim()).isEqualTo(16);
    assertThat(config.endOfSequenceIds()).containsExactly(514);
  }

  @Test
  void readsTheSameNumbersFromInternVlsOriginalLayout() {
    Checkpoint original = Checkpoint.open(Golden.path("tiny-internvl-remote"));
    ModelConfig config = Checkpoint.open(Golden.path("tiny-internvl")).config();

    assertThat(original.architecture()).isInstanceOf(InternVlChat.class);
    assertThat(original.config().vision()).isEqualTo(config.vision());
    assertThat(original.config().text()).isEqualTo(config.text());
    assertThat(original.config().imageTokenId()).isEqualTo(config.imageTokenId());
    assertThat(original.config().endOfSequenceIds()).containsExactlyInAnyOrder(512, 514);
  }

  @Test
  void refusesWhatIsNotInternVl3s() throws IOException {
    copyOf("tiny-internvl");
    assertBroken("config.json", config -> vision(config).put("use_qk_norm", true), "use_qk_norm");
    assertBroken(
        "config.json", config -> vision(config).remove("attention_bias"), "attention_bias");
    assertBroken(
        "config.json", config -> vision(config).put("norm_type", "rms_norm"), "is rms_norm; only");
    assertBroken(
        "config.json", config -> config.put("vision_feature_layer", -2), "vision_feature_layer is");
    assertBroken(
        "config.json",
        config -> ((ObjectNode) config.get("text_config")).put("model_type", "qwen3"),
        "text_config.model_type is qwen3; only qwen2 is supported");
  }

  @Test
  void refusesWhatIsNotInternVl3sInTheOriginalLayout() throws IOException {
    copyOf("tiny-internvl-remote");
    assertBroken(
        "config.json", config -> vision(config).remove("qk_normalization"), "qk_normalization");
    assertBroken("config.json", config -> config.put("ps_version", "v1"), "ps_version is v1");
    assertBroken("config.json", config -> config.put("use_thumbnail", false), "use_thumbnail");
    assertBroken("config.json", config -> config.put("force_image_size", 448), "force_image_size");
  }

  /** As in SmolVLM2's published settings, which leave out what is the default. */
  @Test
  void readsSmolVlm2AsIdefics3() throws IOException {
    copyOf("tiny-idefics3");
    edit(
        "config.json",
        config -> {
          config.put("model_type", "smolvlm").put("pad_token_id", 128002);
          config.putArray("architectures").add("SmolVLMForConditionalGeneration");
          vision(config).put("model_type", "smolvlm_vision").put("hidden_size", 768);
          vision(config).remove(List.of("intermediate_size", "num_hidden_layers", "hidden_act"));
        });
    edit(
        "preprocessor_config.json",
        settings -> {
          settings.put("image_processor_type", "SmolVLMImageProcessor");
          settings.putObject("video_sampling").put("fps", 1).put("max_frames", 64);
        });

    Checkpoint checkpoint = Checkpoint.open(copy);

    assertThat(checkpoint.architecture()).isInstanceOf(Idefics3.class);
    assertThat(checkpoint.config().vision().intermediateSize()).isEqualTo(3072);
    assertThat(checkpoint.config().vision().layers()).isEqualTo(12);
    assertThat(checkpoint.config().imageTokenId()).isEqualTo(550);
  }

  @Test
  void refusesActivationsThatTheGraphsHaveNot() throws IOException {
    copyOf("tiny-idefics3");
    assertBroken(
        "config.json",
        config -> vision(config).put("hidden_act", "gelu"),
        "vision_config.hidden_act is gelu; only gelu_pytorch_tanh is supported");
  }

  private static ObjectNode vision(ObjectNode config) {
    return (ObjectNode) config.get("vision_config");
  }

  @Test
  void readsRopeParametersAndSeveralEndsOfSequence() throws IOException {
    copyOf("tiny-idefics3");
    edit(
        "config.json",
        config -> {
          ObjectNode text = (ObjectNode) config.get("text_config");
          text.remove("rope_theta");
          text.putObject("rope_parameters").put("rope_theta", 5000.0);
          text.remove("head_dim");
        });
    edit(
        "generation_config.json",
        generation -> generation.putArray("eos_token_id").add(2).add(559));

    ModelConfig config = Checkpoint.open(copy).config();

    assertThat(config.text().ropeTheta()).isEqualTo(5000);
    assertThat(config.text().headDim()).isEqualTo(16);
    assertThat(config.endOfSequenceIds()).containsExactlyInAnyOrder(2, 559);
  }

  @Test
  void fallsBackToTheModelsAndThenTheTokenizersEndOfSequence() throws IOException {
    copyOf("tiny-idefics3");
    Files.delete(copy.resolve("generation_config.json"));
    assertThat(Checkpoint.open(copy).config().endOfSequenceIds()).containsExactly(2);

    edit("config.json", config -> ((ObjectNode) config.get("text_config")).remove("eos_token_id"));
    assertThat(Checkpoint.open(copy).config().endOfSequenceIds()).containsExactly(559);
  }

  @Test
  void namesWhatIsWrong() throws IOException {
    copyOf("tiny-idefics3");
    assertBroken("config.json", config -> config.put("model_type", "bert"), "model_type is bert");
    assertBroken(
        "config.json",
        config -> ((ObjectNode) config.get("text_config")).remove("hidden_size"),
        "text_config.hidden_size is missing");
    assertBroken(
        "config.json",
        config -> ((ObjectNode) config.get("vision_config")).put("patch_size", 9),
        "patches of 9");
    assertBroken(
        "preprocessor_config.json",
        settings -> settings.put("resample", 4),
        "preprocessor_config.json: resample is 4");
    assertBroken(
        "preprocessor_config.json",
        settings -> settings.put("do_normalize", false),
        "do_normalize is false");
    assertBroken(
        "preprocessor_config.json",
        settings -> settings.putObject("max_image_size").put("longest_edge", 64),
        "max_image_size.longest_edge is 64");
    assertThatExceptionOfType(ModelFault.class)
        .isThrownBy(() -> Checkpoint.open(copy.resolve("nowhere")))
        .withMessageContaining("is not a directory");
  }

  @Test
  void complainsWhenTokenizerAndModelDisagreeAboutTheImageToken() throws IOException {
    copyOf("tiny-idefics3");
    edit("config.json", config -> config.put("image_token_id", 5));
    Checkpoint checkpoint = Checkpoint.open(copy);

    assertThatExceptionOfType(ModelFault.class)
        .isThrownBy(checkpoint::prompts)
        .withMessageContaining("image_token_id is 5");
  }

  @Test
  void fingerprintChangesWithWhateverDecidesAnAnswer() throws IOException {
    copyOf("tiny-idefics3-512");
    String before = Checkpoint.open(copy).fingerprint();

    assertThat(before).matches("[0-9a-f]{64}").isEqualTo(Checkpoint.open(copy).fingerprint());
    edit("generation_config.json", generation -> generation.put("eos_token_id", 2));
    String otherSettings = Checkpoint.open(copy).fingerprint();
    byte[] weights = Files.readAllBytes(copy.resolve("model.safetensors"));
    weights[weights.length - 1] ^= 1;
    Files.write(copy.resolve("model.safetensors"), weights);
    Files.setLastModifiedTime(copy.resolve("model.safetensors"), FileTime.fromMillis(1_000));
    String otherWeights = Checkpoint.open(copy).fingerprint();

    assertThat(before).isNotIn(otherSettings, otherWeights);
    assertThat(otherSettings).isNotEqualTo(otherWeights);
  }

  @Test
  void readsWeightsOnceForTheFingerprint() throws IOException {
    copyOf("tiny-idefics3-512");
    Path weights = copy.resolve("model.safetensors");
    FileTime time = Files.getLastModifiedTime(weights);
    String before = Checkpoint.open(copy).fingerprint();

    Files.write(weights, new byte[(int) Files.size(weights)]);
    Files.setLastModifiedTime(weights, time);

    assertThat(Checkpoint.open(copy).fingerprint()).isEqualTo(before);
    Files.delete(copy.resolve(".argus/weights.sha256"));
    assertThat(Checkpoint.open(copy).fingerprint()).isNotEqualTo(before);
  }

  @Test
  void fingerprintNeedsNoWritableDirectory() throws IOException {
    copyOf("tiny-idefics3-512");
    Files.createFile(copy.resolve(".argus"));

    assertThat(Checkpoint.open(copy).fingerprint()).matches("[0-9a-f]{64}");
  }

  private void assertBroken(String file, Consumer<ObjectNode> change, String words)
      throws IOException {
    byte[] whole = Files.readAllBytes(copy.resolve(file));
    edit(file, change);
    assertThatExceptionOfType(ModelFault.class)
        .isThrownBy(() -> Checkpoint.open(copy))
        .withMessageContaining(words);
    Files.write(copy.resolve(file), whole);
  }

  private void edit(String file, Consumer<ObjectNode> change) throws IOException {
    ObjectNode json = (ObjectNode) JSON.readTree(copy.resolve(file).toFile());
    change.accept(json);
    JSON.writeValue(copy.resolve(file).toFile(), json);
  }

  private void copyOf(String checkpoint) throws IOException {
    try (Stream<Path> files = Files.list(Golden.path(checkpoint))) {
      for (Path file :
          files
              .filter(Files::isRegularFile)
              .filter(file -> !file.getFileName().toString().startsWith("golden"))
              .toList()) {
        Files.copy(file, copy.resolve(file.getFileName().toString()));
      }
    }
  }
}
