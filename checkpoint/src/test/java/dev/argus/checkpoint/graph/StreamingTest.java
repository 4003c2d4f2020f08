package dev.argus.checkpoint.graph;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.argus.checkpoint.weights.RawSafetensors;
import dev.argus.checkpoint.weights.Weights;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** However large a tensor is, a small part of it is in the heap at once. */
final class StreamingTest {
  private static final long ROWS = 1 << 15;
  private static final long LENGTH = 1 << 9;

  /** An eighth of the tensor as floats; what is allocated at all bounds what is held. */
  private static final long MOST_BYTES = ROWS * LENGTH * Float.BYTES / 8;

  @ParameterizedTest
  @EnumSource
  void allocatesLittle(Precision precision, @TempDir Path folder) throws IOException {
    int bytes = Math.toIntExact(ROWS * LENGTH * Short.BYTES);
    RawSafetensors.write(
        folder.resolve("model.safetensors"),
        "{\"w\":{\"dtype\":\"BF16\",\"shape\":[%d,%d],\"data_offsets\":[0,%d]}}"
            .formatted(ROWS, LENGTH, bytes),
        new byte[bytes]);
    Recipe recipe = Recipe.of(GraphPart.DECODER, precision);
    OnnxGraph graph = new OnnxGraph("large", recipe.floats());
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    try (Weights weights = Weights.open(folder)) {
      recipe.product().add(graph, "in", FloatValues.of(weights.tensor("w")), "out");
      long before = threads.getCurrentThreadAllocatedBytes();
      graph.write(folder.resolve("g.onnx"), written -> {});
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;

      assertThat(allocated).isLessThan(MOST_BYTES);
    }
    assertThat(Files.size(folder.resolve("g.data"))).isEqualTo(graph.dataBytes());
  }
}
