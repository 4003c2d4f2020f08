package dev.argus.decoder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.config.TextConfig;
import dev.argus.decoder.core.LanguageModel.DecodeToken;
import dev.argus.decoder.core.LanguageModel.PrefillChunk;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class NothingLeaksTest {
  private static final TextConfig CONFIG =
      new TextConfig(8, 16, 2, 2, 1, 4, 1e-5, 1e4, 64, 32, false, true);

  /** The cache's five, eight each of a decode step and of a chunk, and the session. */
  private static final int TO_OPEN = 22;

  private static final int MORE_THAN_ENOUGH = 100;

  @Test
  void aModelThatCannotBeOpenedClosesWhatItOpened() {
    for (int limit = 0; limit < TO_OPEN; limit++) {
      FailingDevice device = new FailingDevice(limit);

      assertThat(fails(() -> open(device))).isTrue();

      assertThat(device.open()).isZero();
    }
    FailingDevice device = new FailingDevice(TO_OPEN);
    open(device).close();
    assertThat(device.open()).isZero();
  }

  @Test
  void aRunThatCannotBeMadeClosesWhatItOpened() {
    float[] logits = new float[CONFIG.vocabularySize()];
    everyFailureLeavesNothing(
        model -> model.decode(List.of(new DecodeToken(0, 1, 3)), new float[][] {logits}));
    everyFailureLeavesNothing(
        model -> model.prefill(new PrefillChunk(0, 0, new int[] {1, 2}, List.of()), logits));
  }

  private static void everyFailureLeavesNothing(Consumer<OnnxLanguageModel> run) {
    int failures = 0;
    for (int more = 0; more < MORE_THAN_ENOUGH; more++) {
      FailingDevice device = new FailingDevice(TO_OPEN + more);
      try (OnnxLanguageModel model = open(device)) {
        if (fails(() -> run.accept(model))) {
          failures++;
          assertThat(device.open()).isEqualTo(TO_OPEN);
        }
      }
      assertThat(device.open()).isZero();
    }
    assertThat(failures).isBetween(1, MORE_THAN_ENOUGH - 1);
  }

  private static OnnxLanguageModel open(FailingDevice device) {
    return OnnxLanguageModel.open(CONFIG, Path.of("decoder.onnx"), device, 2, 8);
  }

  private static boolean fails(Runnable action) {
    try {
      action.run();
      return false;
    } catch (ModelFault expected) {
      return true;
    }
  }
}
