package dev.argus.checkpoint.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.argus.checkpoint.onnx.ModelProto;
import dev.argus.checkpoint.onnx.StringStringEntryProto;
import dev.argus.checkpoint.onnx.TensorProto;
import dev.argus.checkpoint.onnx.TensorProto.DataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OnnxGraphTest {
  @TempDir private Path folder;
  private final OnnxGraph graph = new OnnxGraph("test", DataType.FLOAT);

  @Test
  void putsWeightsAlignedIntoTheDataFile() throws IOException {
    graph.weight("small", FloatValues.rows(1, 3, row -> new float[] {1, 2, 3}));
    graph.weight("large", FloatValues.rows(600, 1000, row -> filled(1000, row)));
    graph.weight("last", FloatValues.rows(1, 1, row -> new float[] {7}));
    List<Long> progress = new ArrayList<>();

    graph.write(folder.resolve("g.onnx"), progress::add);

    ByteBuffer data =
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve("g.data")))
            .order(ByteOrder.LITTLE_ENDIAN);
    assertThat((long) data.capacity()).isEqualTo(graph.dataBytes());
    assertThat(progress).isSorted().endsWith(graph.dataBytes()).hasSizeGreaterThan(2);
    List<TensorProto> tensors = read("g.onnx").getGraph().getInitializerList();
    assertThat(tensors).extracting(TensorProto::getName).containsExactly("small", "large", "last");
    assertThat(tensors).extracting(t -> entry(t, "location")).containsOnly("g.data");
    assertThat(tensors).extracting(t -> entry(t, "length")).containsExactly("12", "2400000", "4");
    assertThat(tensors)
        .extracting(t -> Long.parseLong(entry(t, "offset")) % DataFile.ALIGNMENT)
        .containsOnly(0L);
    int large = Integer.parseInt(entry(tensors.get(1), "offset"));
    assertThat(data.getFloat(large + 4 * 599_999)).isEqualTo(599);
    assertThat(data.getFloat(Integer.parseInt(entry(tensors.get(2), "offset")))).isEqualTo(7);
  }

  @Test
  void keepsEqualConstantsOnce() throws IOException {
    assertThat(graph.vector(0, -1)).isEqualTo(graph.vector(0, -1)).isNotEqualTo(graph.vector(0));
    assertThat(graph.scalar(0)).isNotEqualTo(graph.vector(0));

    graph.write(folder.resolve("g.onnx"), written -> {});

    assertThat(read("g.onnx").getGraph().getInitializerList()).hasSize(3);
  }

  @Test
  void refusesWeightsThatAreNotWhatTheySay() {
    graph.weight("w", new FloatValues(List.of(2L), sink -> sink.put(new float[] {1})));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> graph.weight("w", FloatValues.rows(1, 1, row -> new float[1])));
    assertThatIllegalStateException()
        .isThrownBy(() -> graph.write(folder.resolve("g.onnx"), written -> {}))
        .withMessage("w has 4 bytes, not 8");
  }

  private ModelProto read(String name) throws IOException {
    return ModelProto.parseFrom(Files.readAllBytes(folder.resolve(name)));
  }

  private static String entry(TensorProto tensor, String key) {
    return tensor.getExternalDataList().stream()
        .filter(entry -> entry.getKey().equals(key))
        .map(StringStringEntryProto::getValue)
        .findFirst()
        .orElseThrow();
  }

  private static float[] filled(int length, float value) {
    float[] values = new float[length];
    Arrays.fill(values, value);
    return values;
  }
}
