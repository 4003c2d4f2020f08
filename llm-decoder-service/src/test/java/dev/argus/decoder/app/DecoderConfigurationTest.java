package dev.argus.decoder.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.checkpoint.graph.Precision;
import dev.argus.decoder.DecoderSettings;
import dev.argus.decoder.core.SchedulerLimits;
import dev.argus.runtime.DeviceName;
import dev.argus.runtime.Recording;
import dev.argus.service.launch.RunningStage;
import dev.argus.service.launch.StageLauncher;
import dev.argus.testdata.Golden;
import io.micronaut.context.ApplicationContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DecoderConfigurationTest {

  @Test
  void unsetKeysHaveTheSettingsDefaults() {
    assertThat(settings(Map.of()))
        .isEqualTo(DecoderSettings.defaults(Map.of("smolvlm", Path.of("/models/smolvlm"))));
  }

  @Test
  void readsEveryKey() {
    Map<String, Object> keys =
        Map.ofEntries(
            Map.entry("argus.decoder.precision", "INT8"),
            Map.entry("argus.decoder.device", "cuda:1"),
            Map.entry("argus.decoder.cuda-graphs", true),
            Map.entry("argus.decoder.slots", 3),
            Map.entry("argus.decoder.slot-capacity", 1000),
            Map.entry("argus.decoder.kv-memory-limit", "1GB"),
            Map.entry("argus.decoder.threads", 5),
            Map.entry("argus.decoder.prefill-chunk", 100),
            Map.entry("argus.decoder.step-tokens", 200),
            Map.entry("argus.decoder.queue-limit", 7),
            Map.entry("argus.decoder.undelivered-limit", 9),
            Map.entry("argus.decoder.queue-wait", "1s"),
            Map.entry("argus.decoder.visual-wait", "2s"),
            Map.entry("argus.decoder.reader-stall", "3s"),
            Map.entry("argus.decoder.prefix-cache", false));
    assertThat(settings(keys))
        .isEqualTo(
            new DecoderSettings(
                Map.of("smolvlm", Path.of("/models/smolvlm")),
                Optional.of(Precision.INT8),
                new DeviceName.Cuda(1),
                Recording.ON,
                3,
                OptionalInt.of(1000),
                1L << 30,
                OptionalInt.of(5),
                new SchedulerLimits(
                    100,
                    200,
                    7,
                    9,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(3),
                    false)));
  }

  @Test
  void readsLessBesideAnswersOnAProcessor() {
    Map<String, Object> keys = Map.of("argus.decoder.slots", 5);
    assertThat(settings(keys).limits().stepTokens()).isEqualTo(5 + 80);

    Map<String, Object> onGpu = Map.of("argus.decoder.slots", 5, "argus.decoder.device", "cuda:0");
    assertThat(settings(onGpu).limits().stepTokens()).isEqualTo(5 + 256);
  }

  @Test
  void refusesValuesOutOfRange() {
    assertThatThrownBy(() -> settings(Map.of("argus.decoder.slots", 0)))
        .hasMessageContaining("slots must be 1 or more");
    assertThatThrownBy(() -> settings(Map.of("argus.decoder.step-tokens", 8)))
        .hasMessageContaining("step-tokens (8) must be at least 3 more than slots (8)");
    assertThatThrownBy(() -> settings(Map.of("argus.decoder.precision", "int3")))
        .hasMessageContaining("no precision int3; there are [fp32, int8, w8a8, int4, fp16, bf16]");
    assertThatThrownBy(() -> settings(Map.of("argus.decoder.device", "gpu")))
        .hasMessageContaining(
            "a device is cpu, cuda:N (N counts GPUs from 0), cuda:N@8GB (at most so much of its memory for a graph) or auto, not 'gpu'");
    assertThatThrownBy(() -> settings(Map.of("argus.decoder.queue-wait", "0s")))
        .hasMessageContaining("queue-wait must be positive");
  }

  @Test
  void startsAsAProcess() {
    try (RunningStage stage =
        StageLauncher.start(
            "decoder",
            "--grpc.server.port=0",
            "--argus.decoder.slots=2",
            "--argus.decoder.models.tiny=" + Golden.path("tiny-idefics3"))) {
      assertThat(stage.address()).isNotEmpty();
    }
  }

  private static DecoderSettings settings(Map<String, Object> keys) {
    Map<String, Object> all = new HashMap<>(keys);
    all.put("argus.stage", "decoder");
    all.put("argus.decoder.models.smolvlm", "/models/smolvlm");
    try (ApplicationContext context = ApplicationContext.run(all)) {
      return context.getBean(DecoderConfiguration.class).toSettings();
    }
  }
}
