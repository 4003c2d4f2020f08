package dev.argus.runtime;

import dev.argus.base.failure.ModelFault;
import dev.argus.runtime.capi.OrtEnv;
import dev.argus.runtime.capi.OrtFault;
import dev.argus.runtime.capi.OrtSession;
import dev.argus.runtime.capi.OrtSessionOptions;
import dev.argus.runtime.capi.TensorInfo;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Opens graphs through the C API.
 *
 * @param env closed with this
 * @param place where the graphs' tensors lie; its memory info is closed with this
 * @param recording whether graphs of Argus's own are opened to record; others never are
 * @param options makes the options of a session, which are closed when it is open
 */
record NativeGraphs(
    OrtEnv env, Place place, Recording recording, Function<Recording, OrtSessionOptions> options)
    implements Graphs {

  @Override
  public Session open(Path graph) {
    return open(graph, recording, OrtSpecs::of);
  }

  @Override
  public Session openForeign(Path graph) {
    return open(graph, Recording.OFF, OrtSpecs::foreign);
  }

  private Session open(
      Path graph, Recording records, BiFunction<String, Optional<TensorInfo>, TensorSpec> specs) {
    try (OrtSessionOptions how = options.apply(records)) {
      AtomicReference<OrtSession> session = new AtomicReference<>();
      place.calls().together(() -> session.set(session(graph, how)));
      return new NativeSession(session.get(), place, graph.toString(), records, specs);
    } catch (OrtFault e) {
      throw new ModelFault("cannot load the graph %s: %s".formatted(graph, e.getMessage()), e);
    }
  }

  private OrtSession session(Path graph, OrtSessionOptions how) {
    return PackedWeights.areKept(graph)
        ? PackedWeights.open(env, graph, how)
        : OrtSession.open(env, graph, how);
  }

  @Override
  public void close() {
    place.info().close();
    env.close();
  }
}
