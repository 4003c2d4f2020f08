package dev.argus.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** On a processor nothing is recorded, so that here it is seen that results are the same. */
@ParameterizedClass
@EnumSource(OrtAccess.class)
final class RecordingTest {
  @TempDir private Path folder;
  private final Device device;

  RecordingTest(OrtAccess access) {
    this.device = CpuDevice.open(2, access, Recording.ON);
  }

  @AfterEach
  void closeDevice() {
    device.close();
  }

  @Test
  void recordedRunsComputeWhatIsInTheirInputs() {
    try (Session session = device.open(sum());
        Tensor x = floats(1, 2);
        Tensor y = floats(10, 20);
        Tensor z = floats(0, 0);
        Binding recorded = session.bindRecorded(Map.of("x", x, "y", y), Map.of("z", z));
        Binding other = session.bindRecorded(Map.of("x", z, "y", y), Map.of("z", z));
        Binding direct = session.bind(Map.of("x", y, "y", y), Map.of("z", z))) {
      for (int run = 0; run < 3; run++) {
        x.write(MemorySegment.ofArray(new float[] {run, 2 * run}));
        recorded.run();
        assertThat(read(z)).containsExactly(10 + run, 20 + 2 * run);
        other.run();
        assertThat(read(z)).containsExactly(20 + run, 40 + 2 * run);
        direct.run();
        assertThat(read(z)).containsExactly(20, 40);
      }
    }
  }

  @Test
  void anyThreadMayRun() throws Exception {
    try (Session session = device.open(sum());
        Tensor x = floats(1, 2);
        Tensor z = floats(0, 0);
        Binding recorded = session.bindRecorded(Map.of("x", x, "y", x), Map.of("z", z))) {
      recorded.run();
      z.write(MemorySegment.ofArray(new float[2]));
      Thread other = Thread.startVirtualThread(recorded::run);
      other.join();

      assertThat(read(z)).containsExactly(2, 4);
    }
  }

  @Test
  void isBoundAsCarefullyAsAnyOther() {
    try (Session session = device.open(sum());
        Tensor x = floats(1, 2)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> session.bindRecorded(Map.of("x", x), Map.of("z", x)))
          .withMessageContaining("inputs without a tensor: [y]");
    }
  }

  @Test
  void graphsOfOthersAreRunAsEver() {
    try (Session session = device.openForeign(sum());
        Tensor x = floats(1, 2);
        Tensor z = floats(0, 0);
        Binding binding = session.bind(Map.of("x", x, "y", x), Map.of("z", z))) {
      binding.run();

      assertThat(device.recording()).isEqualTo(Recording.ON);
      assertThat(read(z)).containsExactly(2, 4);
    }
  }

  private Path sum() {
    return TinyGraph.of("Add", new String[] {"x", "y"}, "z")
        .input("x", TinyGraph.FLOAT32, "rows", "2")
        .input("y", TinyGraph.FLOAT32, "rows", "2")
        .output("z", TinyGraph.FLOAT32, "rows", "2")
        .write(folder);
  }

  private Tensor floats(float... values) {
    Tensor tensor = device.allocate(ElementType.FLOAT32, Shape.of(1, 2));
    tensor.write(MemorySegment.ofArray(values));
    return tensor;
  }

  private static float[] read(Tensor tensor) {
    float[] values = new float[2];
    tensor.read(MemorySegment.ofArray(values));
    return values;
  }
}
