package dev.argus.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.checkpoint.tuning.Hardware;
import dev.argus.checkpoint.tuning.Tuning.Choice;
import dev.argus.runtime.Recording;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class DecoderChoicesTest {
  private static final String MODEL = "tiny";
  private static final Hardware GPU = new Hardware.Gpu();
  private static final DecoderSettings SETTINGS =
      DecoderSettings.defaults(Map.of(MODEL, Golden.path("tiny-idefics3"))).withThreads(3);

  private static Choice choice(Checkpoint checkpoint, DecoderSettings settings, Hardware hardware) {
    Map<String, Checkpoint> checkpoints = Map.of(MODEL, checkpoint);
    return Objects.requireNonNull(DecoderChoices.of(checkpoints, settings, hardware).get(MODEL));
  }

  private static Checkpoint tiny() {
    return Checkpoint.open(Golden.path("tiny-idefics3"));
  }

  @Test
  void aGpuRunsAtBf16UnlessAskedForAnother() {
    assertThat(choice(tiny(), SETTINGS, GPU)).isEqualTo(new Choice(Precision.BF16, 3, 1));
    assertThat(choice(tiny(), SETTINGS.withPrecision(Precision.FP32), GPU).precision())
        .isEqualTo(Precision.FP32);
  }

  @Test
  void recordsWhatIsOnTheGpuAlone() {
    DecoderSettings recording = SETTINGS.withRecording(Recording.ON);

    assertThat(choice(tiny(), recording, GPU).precision()).isEqualTo(Precision.BF16);
    assertThat(choice(tiny(), recording, new Hardware.Processor("none")).precision())
        .isEqualTo(Precision.FP32);
  }

  @ParameterizedTest
  @EnumSource(names = {"FP32", "INT8", "INT4"})
  void refusesToRecordWhatTheProcessorHasAPartIn(Precision precision) {
    DecoderSettings settings = SETTINGS.withRecording(Recording.ON).withPrecision(precision);

    assertThatExceptionOfType(ModelFault.class)
        .isThrownBy(() -> choice(tiny(), settings, GPU))
        .withMessageStartingWith(
            "cuda-graphs cannot be had of tiny: at %s attention runs on the processor"
                .formatted(precision.label()));
  }

  @Test
  void refusesToRecordAnExport(@TempDir Path directory) throws IOException {
    Golden.copy("tiny-idefics3", directory);
    Files.delete(directory.resolve("model.safetensors"));
    Files.createDirectory(directory.resolve("onnx"));
    Checkpoint export = Checkpoint.open(directory);

    assertThatExceptionOfType(ModelFault.class)
        .isThrownBy(() -> choice(export, SETTINGS.withRecording(Recording.ON), GPU))
        .withMessageStartingWith("cuda-graphs cannot be had of tiny: it is an export");
  }
}
