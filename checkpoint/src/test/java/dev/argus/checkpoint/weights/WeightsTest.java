package dev.argus.checkpoint.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.base.failure.ModelFault;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WeightsTest {
  @TempDir private Path directory;

  @Test
  void readsTheReferenceCheckpoint() {
    try (Weights weights = Weights.open(Golden.path("tiny-idefics3"))) {
      TensorInfo table = weights.info("model.text_model.embed_tokens.weight");

      assertThat(table.type()).isEqualTo(DataType.F32);
      assertThat(table.shape()).containsExactly(560L, 96L);
      assertThat(weights.names()).contains("lm_head.weight").doesNotContain("__metadata__");
    }
  }

  @Test
  void widensHalfPrecisionExactly() {
    ByteBuffer data = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    data.putShort((short) 0x3C00).putShort((short) 0x8001); // F16: 1, -2^-24
    data.putShort((short) 0x3F80).putShort((short) 0xC049); // BF16: 1, -3.140625
    data.putFloat(0.1f).putFloat(Float.NEGATIVE_INFINITY);
    write(
        """
        {"half":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},
         "brain":{"dtype":"BF16","shape":[2],"data_offsets":[4,8]},
         "single":{"dtype":"F32","shape":[2,1],"data_offsets":[8,16]}}\
        """,
        data.array());

    try (Weights weights = Weights.open(directory)) {
      assertThat(weights.tensor("half").toArray()).containsExactly(1f, -0x1p-24f);
      assertThat(weights.tensor("brain").toArray()).containsExactly(1f, -3.140625f);
      assertThat(weights.tensor("single").toArray()).containsExactly(0.1f, Float.NEGATIVE_INFINITY);
    }
  }

  @Test
  void readsAPartOfATensor() {
    ByteBuffer data = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    data.putFloat(1).putFloat(2).putFloat(3).putFloat(4);
    write("{\"t\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}", data.array());

    try (Weights weights = Weights.open(directory)) {
      float[] target = new float[4];
      weights.tensor("t").read(1, target, 2, 2);

      assertThat(target).containsExactly(0, 0, 2, 3);
      assertThatThrownBy(() -> weights.tensor("t").read(3, target, 0, 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void joinsShards() throws IOException {
    String header = "{\"%s\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}";
    RawSafetensors.write(
        directory.resolve("model-1.safetensors"), header.formatted("a"), new byte[1]);
    RawSafetensors.write(
        directory.resolve("model-2.safetensors"), header.formatted("b"), new byte[1]);
    writeIndex("{\"weight_map\":{\"a\":\"model-1.safetensors\",\"b\":\"model-2.safetensors\"}}");

    try (Weights weights = Weights.open(directory)) {
      assertThat(weights.names()).containsExactly("a", "b");
    }
  }

  @Test
  void refusesAnIndexThatNamesATensorItsShardLacks() throws IOException {
    RawSafetensors.write(directory.resolve("model-1.safetensors"), "{}", new byte[0]);
    writeIndex("{\"weight_map\":{\"a\":\"model-1.safetensors\"}}");

    assertFault("model-1.safetensors holds a, but it does not");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../secret.safetensors", "/etc/passwd", "a/b.safetensors", ""})
  void refusesAnIndexThatReachesOutOfItsFolder(String shard) throws IOException {
    writeIndex("{\"weight_map\":{\"a\":\"%s\"}}".formatted(shard));

    assertFault("not a safetensors file beside it");
  }

  @Test
  void refusesAFolderWithoutWeights() {
    assertFault("holds neither model.safetensors nor model.safetensors.index.json");
  }

  @Test
  void refusesIntegersWhereFloatsAreWanted() {
    write("{\"ids\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}", new byte[8]);

    try (Weights weights = Weights.open(directory)) {
      assertThatThrownBy(() -> weights.tensor("ids").toArray())
          .isInstanceOf(ModelFault.class)
          .hasMessageContaining("tensor ids is stored as I64");
      assertThatThrownBy(() -> weights.tensor("absent"))
          .isInstanceOf(ModelFault.class)
          .hasMessageContaining("no tensor absent");
    }
  }

  @Test
  void refusesToReadAfterClosing() {
    Weights weights = Weights.open(Golden.path("tiny-idefics3"));
    StoredTensor tensor = weights.tensor("lm_head.weight");
    weights.close();
    weights.close();

    assertThatThrownBy(tensor::toArray).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "not json | header is not valid JSON",
        "[1] | header is not a JSON object",
        "{} {} | header is not valid JSON",
        "{`a`:{`dtype`:`F32`,`shape`:[2],`data_offsets`:[0,8]},`a`:{}} | header is not valid JSON",
        "{`a`:{`dtype`:`F33`,`shape`:[2],`data_offsets`:[0,8]}} | has the dtype `F33`",
        "{`a`:{`shape`:[2],`data_offsets`:[0,8]}} | has the dtype",
        "{`a`:{`dtype`:`F32`,`data_offsets`:[0,8]}} | a.shape is missing",
        "{`a`:{`dtype`:`F32`,`shape`:[-2],`data_offsets`:[0,8]}} | a.shape is [-2]",
        "{`a`:{`dtype`:`F32`,`shape`:[2.0],`data_offsets`:[0,8]}} | a.shape is [2.0]",
        "{`a`:{`dtype`:`F32`,`shape`:[2]}} | a.data_offsets is missing",
        "{`a`:{`dtype`:`F32`,`shape`:[2],`data_offsets`:[0,7]}} | do not fit",
        "{`a`:{`dtype`:`F32`,`shape`:[2],`data_offsets`:[8,0]}} | do not fit",
        "{`a`:{`dtype`:`F32`,`shape`:[2],`data_offsets`:[0]}} | do not fit",
        "{`a`:{`dtype`:`F32`,`shape`:[4],`data_offsets`:[0,16]}} | is truncated",
        "{`a`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[0,4]}} | 4 bytes after its last tensor",
        "{`a`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[4,8]}} | begins at byte 4",
        "{`a`:{`dtype`:`F32`,`shape`:[4611686018427387904,4],`data_offsets`:[0,8]}} | too large",
      })
  void refusesABrokenHeader(String header, String problem) {
    write(header.replace('`', '"'), new byte[8]);

    assertFault(problem.replace('`', '"'));
  }

  @Test
  void refusesOverlappingTensors() {
    write(
        """
        {"a":{"dtype":"U8","shape":[6],"data_offsets":[0,6]},
         "b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}\
        """,
        new byte[8]);

    assertFault("tensor b begins at byte 4");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 1, 3, 200_000_000, Long.MAX_VALUE, Long.MIN_VALUE})
  void refusesAWrongHeaderLength(long length) {
    byte[] header = "{}".getBytes(StandardCharsets.UTF_8);
    RawSafetensors.write(directory.resolve("model.safetensors"), length, header, new byte[0]);

    assertFault("says its header is");
  }

  @Test
  void refusesAFileShorterThanItsLengthField() throws IOException {
    for (int bytes : List.of(0, 7)) {
      Files.write(directory.resolve("model.safetensors"), new byte[bytes]);

      assertFault("too short");
    }
  }

  private void assertFault(String problem) {
    assertThatThrownBy(() -> Weights.open(directory).close())
        .isInstanceOf(ModelFault.class)
        .hasMessageContaining(problem);
  }

  private void write(String header, byte[] data) {
    RawSafetensors.write(directory.resolve("model.safetensors"), header, data);
  }

  private void writeIndex(String json) throws IOException {
    Files.writeString(directory.resolve("model.safetensors.index.json"), json);
  }
}
