package dev.argus.runtime;

import dev.argus.base.failure.ModelFault;
import dev.argus.runtime.capi.OrtEnv;
import dev.argus.runtime.capi.OrtFault;
import dev.argus.runtime.capi.OrtSession;
import dev.argus.runtime.capi.OrtSessionOptions;
import dev.argus.runtime.capi.TensorInfo;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * Opens graphs through the C API.
 *
 * @param env closed with this
 * @param place where the graphs' tensors lie; its memory info is closed with this
 * @param options makes the options of a session, which are closed when it is open
 */
record NativeGraphs(OrtEnv env, Place place, Supplier<OrtSessionOptions> options)
    implements Graphs {

  @Override
  public Session open(Path graph) {
    return open(graph, OrtSpecs::of);
  }

  @Override
  public Session openForeign(Path graph) {
    return open(graph, OrtSpecs::foreign);
  }

  private Session open(Path graph, BiFunction<String, Optional<TensorInfo>, TensorSpec> specs) {
    try (OrtSessionOptions how = options.get()) {
      OrtSession session = OrtSession.open(env, graph, how);
      return new NativeSession(session, place, graph.toString(), specs);
    } catch (OrtFault e) {
      throw new ModelFault("cannot load the graph %s: %s".formatted(graph, e.getMessage()), e);
    }
  }

  @Override
  public void close() {
    place.info().close();
    env.close();
  }
}
