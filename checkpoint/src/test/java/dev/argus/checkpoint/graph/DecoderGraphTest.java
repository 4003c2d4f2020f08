package dev.argus.checkpoint.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.onnx.AttributeProto;
import dev.argus.checkpoint.onnx.ModelProto;
import dev.argus.checkpoint.onnx.ValueInfoProto;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The structure of decoder graphs. What they compute is tested where graphs run. */
final class DecoderGraphTest {
  @TempDir private Path cache;

  @ParameterizedTest
  @EnumSource(names = {"FP32", "INT8", "W8A8", "INT4"})
  void aDecodeStepReadsKeysAsTheyLie(Precision precision) throws IOException {
    assertThat(attentionScales(precision)).isNotEmpty().containsOnly(1f);
  }

  @ParameterizedTest
  @EnumSource(names = {"FP16", "BF16"})
  void narrowWeightsAreNotRoundedOnceMore(Precision precision) throws IOException {
    assertThat(attentionScales(precision)).isNotEmpty().doesNotContain(1f);
  }

  /** A later set's reductions would be brought back to the processor, and could not be recorded. */
  @ParameterizedTest
  @EnumSource(names = {"FP16", "BF16"})
  void narrowGraphsAreOfASetWhoseReductionsAGpuHas(Precision precision) throws IOException {
    ModelProto model = model(precision);

    assertThat(model.getOpsetImportList().getFirst().getVersion()).isEqualTo(18);
    assertThat(model.getGraph().getOutputList())
        .extracting(ValueInfoProto::getName)
        .contains("highest");
  }

  private List<Float> attentionScales(Precision precision) throws IOException {
    return model(precision).getGraph().getNodeList().stream()
        .filter(node -> node.getOpType().equals("GroupQueryAttention"))
        .flatMap(node -> node.getAttributeList().stream())
        .filter(attribute -> attribute.getName().equals("scale"))
        .map(AttributeProto::getF)
        .toList();
  }

  private ModelProto model(Precision precision) throws IOException {
    Path file =
        Graphs.prepare(
            Checkpoint.open(Golden.path("tiny-idefics3")),
            GraphPart.DECODER,
            precision,
            cache,
            BuildProgress.SILENT);
    return ModelProto.parseFrom(Files.readAllBytes(file));
  }
}
