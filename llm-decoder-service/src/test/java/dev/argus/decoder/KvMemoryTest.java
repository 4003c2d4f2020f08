package dev.argus.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.testdata.Golden;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KvMemoryTest {
  private static final String MODEL = "tiny-idefics3";

  @ParameterizedTest
  @CsvSource({"FP32, 4", "INT8, 4", "INT4, 4", "FP16, 2", "BF16, 2"})
  void countsKeysAndValuesInThePrecisionsFloats(Precision precision, int floatBytes) {
    Checkpoint checkpoint = Checkpoint.open(Golden.path(MODEL));
    var config = checkpoint.config().text();
    var settings =
        DecoderSettings.defaults(Map.of(MODEL, checkpoint.directory()))
            .withSlots(3)
            .withSlotCapacity(1100);

    KvMemory memory = KvMemory.of(MODEL, checkpoint, precision, settings);

    long keys = 3L * 1100 * config.layers() * config.kvHeads() * config.headDim();
    assertThat(memory.bytes()).isEqualTo(2 * keys * floatBytes);
  }
}
