package dev.argus.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.ValueInfo;
import dev.argus.base.failure.ModelFault;
import java.nio.file.Path;
import java.util.function.BiFunction;

/** Opens graphs on the processor through the Java API. */
record JavaGraphs(OrtRuntime runtime, int threads) implements Graphs {

  @Override
  public Session open(Path graph) {
    return open(graph, OrtSpecs::of);
  }

  @Override
  public Session openForeign(Path graph) {
    return open(graph, OrtSpecs::foreign);
  }

  private Session open(Path graph, BiFunction<String, ValueInfo, TensorSpec> specs) {
    try (OrtSession.SessionOptions options = runtime.sessionOptions(threads)) {
      return JavaSession.of(
          runtime.environment(),
          runtime.environment().createSession(graph.toString(), options),
          graph.toString(),
          specs);
    } catch (OrtException e) {
      throw new ModelFault("cannot load the graph %s: %s".formatted(graph, e.getMessage()), e);
    }
  }

  @Override
  public void close() {
    // The environment lives as long as the process.
  }
}
