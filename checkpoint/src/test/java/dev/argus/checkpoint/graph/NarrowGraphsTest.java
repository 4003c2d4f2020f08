package dev.argus.checkpoint.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.onnx.AttributeProto;
import dev.argus.checkpoint.onnx.GraphProto;
import dev.argus.checkpoint.onnx.ModelProto;
import dev.argus.checkpoint.onnx.NodeProto;
import dev.argus.checkpoint.onnx.TensorProto.DataType;
import dev.argus.checkpoint.onnx.ValueInfoProto;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The structure of graphs for a GPU. What fp16 graphs compute is tested where graphs run; bfloat16
 * has no kernels on a processor, so that here its graphs are compared to those.
 */
final class NarrowGraphsTest {
  @TempDir private Path cache;

  @ParameterizedTest
  @CsvSource({
    "tiny-idefics3, VISION",
    "tiny-idefics3, DECODER",
    "tiny-idefics3-512, DECODER",
    "tiny-internvl, VISION",
    "tiny-internvl, DECODER",
  })
  void computeInTheirTypeThroughout(String checkpoint, GraphPart part) throws IOException {
    GraphProto half = graph(checkpoint, part, Precision.FP16);
    GraphProto brain = graph(checkpoint, part, Precision.BF16);

    assertThat(half.getInitializerList())
        .filteredOn(tensor -> !isTokenId(tensor.getName()))
        .extracting(tensor -> DataType.forNumber(tensor.getDataType()))
        .containsOnly(DataType.FLOAT16, DataType.INT64);
    assertThat(withType(half, DataType.BFLOAT16)).isEqualTo(brain);
    for (ValueInfoProto value : half.getInputList()) {
      boolean cache = value.getName().startsWith("past_");
      assertThat(type(value) == DataType.FLOAT16).as(value.getName()).isEqualTo(cache);
    }
    for (ValueInfoProto value : half.getOutputList()) {
      boolean cache = value.getName().startsWith("present_");
      assertThat(type(value))
          .as(value.getName())
          .isEqualTo(cache ? DataType.FLOAT16 : DataType.FLOAT);
    }
    assertInOrder(half);
  }

  /** Not every id is a number in 16 bits. */
  private static boolean isTokenId(String name) {
    return name.equals("vocabulary.ids") || name.startsWith("number_");
  }

  /** Every value is made before it is used, and made once. */
  private static void assertInOrder(GraphProto graph) {
    Set<String> made = new HashSet<>(List.of(""));
    graph.getInputList().forEach(input -> made.add(input.getName()));
    graph.getInitializerList().forEach(tensor -> made.add(tensor.getName()));
    for (NodeProto node : graph.getNodeList()) {
      assertThat(made).as(node.getName()).containsAll(node.getInputList());
      for (String output : node.getOutputList()) {
        assertThat(output.isEmpty() || made.add(output)).as(output).isTrue();
      }
    }
    graph.getOutputList().forEach(output -> assertThat(made).contains(output.getName()));
  }

  /** The same graph with every FLOAT16 replaced. */
  private static GraphProto withType(GraphProto half, DataType type) {
    GraphProto.Builder graph = half.toBuilder();
    graph.getInitializerBuilderList().stream()
        .filter(tensor -> tensor.getDataType() == DataType.FLOAT16.getNumber())
        .forEach(tensor -> tensor.setDataType(type.getNumber()));
    graph.getInputBuilderList().forEach(value -> replace(value, type));
    graph.getOutputBuilderList().forEach(value -> replace(value, type));
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
        if (node.getOpType().equals("Cast") && attribute.getI() == DataType.FLOAT16.getNumber()) {
          attribute.setI(type.getNumber());
        }
      }
    }
    return graph.build();
  }

  private static void replace(ValueInfoProto.Builder value, DataType type) {
    if (type(value.build()) == DataType.FLOAT16) {
      value.getTypeBuilder().getTensorTypeBuilder().setElemType(type.getNumber());
    }
  }

  private static DataType type(ValueInfoProto value) {
    return DataType.forNumber(value.getType().getTensorType().getElemType());
  }

  private GraphProto graph(String checkpoint, GraphPart part, Precision precision)
      throws IOException {
    Path file =
        Graphs.prepare(
            Checkpoint.open(Golden.path(checkpoint)), part, precision, cache, BuildProgress.SILENT);
    return ModelProto.parseFrom(Files.readAllBytes(file)).getGraph();
  }
}
