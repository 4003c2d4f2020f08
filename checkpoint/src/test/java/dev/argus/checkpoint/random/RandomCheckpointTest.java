package dev.argus.checkpoint.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.base.failure.InvalidInput;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.weights.DataType;
import dev.argus.checkpoint.weights.Weights;
import dev.argus.checkpoint.weights.WeightsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RandomCheckpointTest {
  private static final RandomCheckpoint.Progress SILENT = (_, _) -> {};

  @TempDir private Path directory;

  @Test
  void makesAWholeCheckpoint() throws IOException {
    Path made = make(SmallModels.smolVlm(), 1, DataType.BF16, WeightsFiles.SHARD_BYTES);

    Checkpoint checkpoint = Checkpoint.open(made);
    assertThat(checkpoint.config().text().hiddenSize()).isEqualTo(64);
    assertThat(checkpoint.tokenizer().vocabularySize()).isEqualTo(1000);
    assertThat(checkpoint.fingerprint()).hasSize(64);
    assertThat(checkpoint.weights().info("lm_head.weight").shape()).containsExactly(1000L, 64L);
  }

  @Test
  void theSameSeedGivesTheSameBytes() throws IOException, NoSuchAlgorithmException {
    Path made = make(SmallModels.smolVlm(), 1, DataType.BF16, WeightsFiles.SHARD_BYTES);

    assertThat(sha256(made.resolve("model.safetensors")))
        .isEqualTo("da743161550c46831ababd1d7d37c4a94598ddeb2f98b4584d89303a1bdf93a3");
    assertThat(sha256(made.resolve("tokenizer.json")))
        .isEqualTo("0a1e32ae66805139e7a06898a18b9abd4a9b8c16c062d3a0207ffc3020141091");
  }

  @Test
  void anotherSeedGivesOtherWeights() throws IOException {
    Path one = make(SmallModels.internVl(), 1, DataType.F32, WeightsFiles.SHARD_BYTES);
    Path two = make(SmallModels.internVl(), 2, DataType.F32, WeightsFiles.SHARD_BYTES);

    assertThat(two.resolve("tokenizer.json")).hasSameBinaryContentAs(one.resolve("tokenizer.json"));
    assertThat(Files.mismatch(one.resolve("model.safetensors"), two.resolve("model.safetensors")))
        .isNotNegative();
  }

  @Test
  void shardsHoldWhatOneFileHolds() throws IOException {
    Path whole = make(SmallModels.internVl(), 1, DataType.F32, WeightsFiles.SHARD_BYTES);
    Path sharded = make(SmallModels.internVl(), 1, DataType.F32, 1 << 18);

    assertThat(sharded.resolve("model.safetensors.index.json")).exists();
    try (Weights expected = Weights.open(whole);
        Weights actual = Weights.open(sharded)) {
      assertThat(actual.names()).isEqualTo(expected.names());
      for (String name : expected.names()) {
        assertThat(actual.tensor(name).toArray()).isEqualTo(expected.tensor(name).toArray());
      }
    }
  }

  @Test
  void weightsSpreadAsTheirTensorSays() throws IOException {
    Path made = make(SmallModels.smolVlm(), 3, DataType.F32, WeightsFiles.SHARD_BYTES);

    try (Weights weights = Weights.open(made)) {
      float[] linear = weights.tensor("model.text_model.layers.0.mlp.up_proj.weight").toArray();
      assertThat(deviation(linear)).isBetween(0.95 / 8, 1.05 / 8); // one over the root of 64
      float[] gain = weights.tensor("model.text_model.norm.weight").toArray();
      assertThat(gain).hasSize(64);
      assertThat(count(gain, 3.5f, 4.5f)).isEqualTo(1);
      assertThat(count(gain, 0.9f, 1.1f)).isEqualTo(63);
    }
  }

  @Test
  void settingsNameTheTypeThatWeightsHave() throws IOException {
    Path made = make(SmallModels.smolVlm(), 1, DataType.F32, WeightsFiles.SHARD_BYTES);

    assertThat(made.resolve("config.json"))
        .content()
        .contains("float32")
        .doesNotContain("bfloat16");
  }

  @Test
  void refusesADirectoryThatHoldsSomething() throws IOException {
    Path file = Files.createFile(directory.resolve("precious"));

    assertThatThrownBy(() -> small(1).write(directory, SILENT))
        .isInstanceOf(InvalidInput.class)
        .hasMessageContaining("is not empty");
    assertThatThrownBy(() -> small(1).write(file, SILENT))
        .isInstanceOf(InvalidInput.class)
        .hasMessageContaining("is a file");
    assertThat(directory).isDirectoryContaining("glob:**/precious");
  }

  @Test
  void leavesNothingWhereItFails() {
    assertThatThrownBy(() ->
            small(1)
                .write(
                    directory.resolve("made"),
                    (_, _) -> {
                      throw new IllegalStateException("interrupted");
                    }))
        .hasMessage("interrupted");

    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void saysWhatCanBeMade() {
    assertThatThrownBy(() -> RandomCheckpoint.of("smolvlm", 1, DataType.BF16, 1))
        .isInstanceOf(InvalidInput.class)
        .hasMessage(
            "arch is smolvlm; known are argus-256m, internvl3-2b, smolvlm-2.2b, smolvlm-256m,"
                + " smolvlm-500m, smolvlm-tiny");
    assertThatThrownBy(() -> RandomCheckpoint.of("smolvlm-256m", 1, DataType.I8, 1))
        .isInstanceOf(InvalidInput.class)
        .hasMessage("dtype is I8; supported are F32, F16 and BF16");
  }

  private static RandomCheckpoint small(long seed) {
    return new RandomCheckpoint(
        SmallModels.smolVlm(), seed, DataType.BF16, WeightsFiles.SHARD_BYTES);
  }

  private Path make(Blueprint blueprint, long seed, DataType type, long shardBytes)
      throws IOException {
    Path made = Files.createTempDirectory(directory, "made");
    new RandomCheckpoint(blueprint, seed, type, shardBytes).write(made, SILENT);
    return made;
  }

  private static double deviation(float[] values) {
    double square = 0;
    for (float value : values) {
      square += (double) value * value;
    }
    return Math.sqrt(square / values.length);
  }

  private static long count(float[] values, float from, float to) {
    long count = 0;
    for (float value : values) {
      count += value >= from && value <= to ? 1 : 0;
    }
    return count;
  }

  private static String sha256(Path file) throws IOException, NoSuchAlgorithmException {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }
}
