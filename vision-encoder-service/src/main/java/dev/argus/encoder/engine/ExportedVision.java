package dev.argus.encoder.engine;

import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.config.ModelConfig;
import dev.argus.checkpoint.config.VisionConfig;
import dev.argus.runtime.ElementType;
import dev.argus.runtime.Session;
import dev.argus.runtime.Shape;
import dev.argus.runtime.TensorSpec;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * The vision graph of an export: what it takes and gives, as exporters differ in it.
 *
 * <ul>
 *   <li>in: {@code pixel_values}, float32, {@code [1, tiles, 3, side, side]} or {@code [tiles, 3,
 *       side, side]}, normalised as the checkpoint says
 *   <li>in, where there is one: {@code pixel_attention_mask}, bool, {@code [1, tiles, side, side]}
 *   <li>out: features, float32, {@code [tiles, tokens, hidden]} or {@code [tiles * tokens, hidden]}
 * </ul>
 *
 * @param config the model's numbers
 * @param session the graph
 * @param output the name of its one output
 */
record ExportedVision(ModelConfig config, Session session, String output) {
  static final String PIXELS = "pixel_values";
  static final String MASK = "pixel_attention_mask";

  /**
   * Looks at a graph.
   *
   * @param graph its file, for messages
   * @throws ModelFault if it takes or gives anything else
   */
  static ExportedVision of(ModelConfig config, Path graph, Session session) {
    Map<String, TensorSpec> inputs = session.inputs();
    if (!inputs.containsKey(PIXELS) || !Set.of(PIXELS, MASK).containsAll(inputs.keySet())) {
      throw new ModelFault(
          "%s takes %s; Argus serves exports that take %s and, if they like, %s"
              .formatted(graph, inputs.keySet(), PIXELS, MASK),
          null);
    }
    require(graph, PIXELS, inputs, ElementType.FLOAT32, Set.of(4, 5));
    if (inputs.containsKey(MASK)) {
      require(graph, MASK, inputs, ElementType.BOOL, Set.of(4));
    }
    Map<String, TensorSpec> outputs = session.outputs();
    if (outputs.size() != 1) {
      throw new ModelFault(
          "%s gives %s, not features alone".formatted(graph, outputs.keySet()), null);
    }
    String output = outputs.keySet().iterator().next();
    require(graph, output, outputs, ElementType.FLOAT32, Set.of(2, 3));
    return new ExportedVision(config, session, output);
  }

  private static void require(
      Path graph,
      String name,
      Map<String, TensorSpec> specs,
      ElementType type,
      Set<Integer> ranks) {
    TensorSpec spec = specs.get(name);
    if (spec == null || spec.type() != type || !ranks.contains(spec.dimensions().size())) {
      throw new ModelFault(
          "%s of %s is %s; Argus serves exports where it is %s with %s dimensions"
              .formatted(name, graph, spec, type, ranks),
          null);
    }
  }

  boolean masks() {
    return session.inputs().containsKey(MASK);
  }

  Shape pixels(int tiles) {
    long side = vision().imageSize();
    return rank(session.inputs(), PIXELS) == 5
        ? Shape.of(1, tiles, 3, side, side)
        : Shape.of(tiles, 3, side, side);
  }

  Shape mask(int tiles) {
    long side = vision().imageSize();
    return Shape.of(1, tiles, side, side);
  }

  Shape features(int tiles) {
    long tokens = vision().visualTokens();
    long hidden = config.text().hiddenSize();
    return rank(session.outputs(), output) == 3
        ? Shape.of(tiles, tokens, hidden)
        : Shape.of(tiles * tokens, hidden);
  }

  private static int rank(Map<String, TensorSpec> specs, String name) {
    TensorSpec spec = specs.get(name);
    return spec == null ? 0 : spec.dimensions().size();
  }

  VisionConfig vision() {
    return config.vision();
  }
}
