package dev.argus.checkpoint.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.GraphPart;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.checkpoint.tuning.Tuning.Choice;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

final class HardwareTest {
  private static final Hardware PROCESSOR = new Hardware.Processor("here");
  private static final Hardware GPU = new Hardware.Gpu();

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(GraphPart.class)
  void aGpuTakesBf16AndAProcessorFp32(GraphPart part) {
    Checkpoint checkpoint = Checkpoint.open(Golden.path("tiny-idefics3"));

    assertThat(Tuning.choice(checkpoint, part, GPU).precision()).isEqualTo(Precision.BF16);
    assertThat(Tuning.choice(checkpoint, part, PROCESSOR).precision()).isEqualTo(Precision.FP32);
  }

  @Test
  void aGpuTakesAWholePicturesTilesTogether() throws IOException {
    Checkpoint checkpoint = Checkpoint.open(Golden.path("tiny-idefics3"));

    assertThat(Tuning.choice(checkpoint, GraphPart.VISION, GPU).maxBatch()).isEqualTo(16);
    assertThat(Tuning.choice(checkpoint, GraphPart.VISION, PROCESSOR).maxBatch()).isOne();
    assertThat(Tuning.choice(export("_fp16"), GraphPart.VISION, GPU).maxBatch()).isOne();
  }

  @Test
  void whatWasTunedIsForTheProcessorAlone() throws IOException {
    Golden.copy("tiny-idefics3", directory);
    Checkpoint checkpoint = Checkpoint.open(directory);
    Tuning tuning = new Tuning(new Choice(Precision.INT8, 4, 3), new Choice(Precision.INT4, 2, 1));

    tuning.keep(checkpoint, "here");

    assertThat(Tuning.choice(checkpoint, GraphPart.VISION, PROCESSOR)).isEqualTo(tuning.encoder());
    assertThat(Tuning.choice(checkpoint, GraphPart.DECODER, PROCESSOR)).isEqualTo(tuning.decoder());
    assertThat(Tuning.choice(checkpoint, GraphPart.DECODER, GPU))
        .isEqualTo(Choice.untuned(Precision.BF16, 1));
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', FP32",
    "'', _fp16, FP16",
    "_bf16, _fp16, BF16",
    "_q4, _quantized, FP32",
  })
  void ofAnExportAGpuTakesWhatIsThere(String one, String other, Precision expected)
      throws IOException {
    Checkpoint export = export(one, other);

    assertThat(Tuning.choice(export, GraphPart.DECODER, GPU).precision()).isEqualTo(expected);
    assertThat(GPU.objection(export, GraphPart.DECODER, expected)).isEmpty();
  }

  private Checkpoint export(String... suffixes) throws IOException {
    Golden.copy("tiny-idefics3", directory);
    Files.delete(directory.resolve("model.safetensors"));
    Path onnx = Files.createDirectory(directory.resolve("onnx"));
    for (String suffix : suffixes) {
      for (String graph : new String[] {"vision_encoder", "decoder_model_merged"}) {
        Files.writeString(onnx.resolve(graph + suffix + ".onnx"), "");
      }
    }
    return Checkpoint.open(directory);
  }

  @ParameterizedTest
  @CsvSource({
    "DECODER, FP32, 'at fp32 attention runs on the processor'",
    "DECODER, INT8, 'at int8 attention runs on the processor'",
    "DECODER, W8A8, 'at w8a8 attention runs on the processor'",
    "DECODER, INT4, 'the whole KV cache goes there and back for each token'",
    "VISION, FP32, 'fast products, which take 16 bits, are not used'",
    "VISION, INT8, 'at int8 the layers'' products run on the processor'",
    "VISION, INT4, 'at int4 the layers'' products run on the processor'",
  })
  void saysWhatAPrecisionCostsOnAGpu(GraphPart part, Precision precision, String cost) {
    Checkpoint checkpoint = Checkpoint.open(Golden.path("tiny-idefics3"));

    assertThat(GPU.objection(checkpoint, part, precision).orElseThrow())
        .contains(cost)
        .endsWith("; take bf16 or fp16");
    assertThat(PROCESSOR.objection(checkpoint, part, precision)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      mode = Mode.INCLUDE,
      names = {"BF16", "FP16"})
  void hasNothingAgainstNarrowFloats(Precision precision) {
    Checkpoint checkpoint = Checkpoint.open(Golden.path("tiny-idefics3"));

    assertThat(GPU.objection(checkpoint, GraphPart.VISION, precision)).isEmpty();
    assertThat(GPU.objection(checkpoint, GraphPart.DECODER, precision)).isEmpty();
  }
}
