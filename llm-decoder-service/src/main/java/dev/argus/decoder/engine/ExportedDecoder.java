package dev.argus.decoder.engine;

import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.config.TextConfig;
import dev.argus.runtime.Binding;
import dev.argus.runtime.Device;
import dev.argus.runtime.ElementType;
import dev.argus.runtime.Session;
import dev.argus.runtime.Shape;
import dev.argus.runtime.Tensor;
import dev.argus.runtime.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The decoder graph of an export. Exporters differ in what it takes beside embeddings and the past:
 * {@code position_ids} may be missing, and {@code num_logits_to_keep} may be there, by which it can
 * be told to compute the last logits alone. Any other difference is refused when it is opened.
 *
 * <p>Owns its session and tensors; not thread-safe.
 */
final class ExportedDecoder implements AutoCloseable {
  private static final String EMBEDDINGS = "inputs_embeds";
  private static final String MASK = "attention_mask";
  private static final String POSITIONS = "position_ids";
  private static final String LOGITS_KEPT = "num_logits_to_keep";

  private final TextConfig config;
  private final Device device;
  private final Session session;
  private final ElementType cacheType;

  /** As long as the longest prompt chunk so far; grows. */
  private @Nullable Tensor logits;

  private ExportedDecoder(
      TextConfig config, Device device, Session session, ElementType cacheType) {
    this.config = config;
    this.device = device;
    this.session = session;
    this.cacheType = cacheType;
  }

  /**
   * Opens the graph.
   *
   * @throws ModelFault if it cannot be loaded, or takes or gives what no known export does
   */
  static ExportedDecoder open(TextConfig config, Path graph, Device device) {
    Session session = device.openForeign(graph);
    try {
      return new ExportedDecoder(config, device, session, cacheType(config, graph, session));
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private static ElementType cacheType(TextConfig config, Path graph, Session session) {
    Set<String> past = GrowingCache.pastNames(config.layers());
    Set<String> needed = new HashSet<>(past);
    needed.addAll(Set.of(EMBEDDINGS, MASK));
    Set<String> known = new HashSet<>(needed);
    known.addAll(Set.of(POSITIONS, LOGITS_KEPT));
    Set<String> present = new HashSet<>(GrowingCache.presentNames(config.layers()));
    present.add("logits");
    Set<String> inputs = session.inputs().keySet();
    if (!inputs.containsAll(needed) || !known.containsAll(inputs)) {
      throw different(graph, "takes", difference(needed, inputs), difference(inputs, known));
    }
    if (!session.outputs().keySet().equals(present)) {
      Set<String> outputs = session.outputs().keySet();
      throw different(graph, "gives", difference(present, outputs), difference(outputs, present));
    }
    require(graph, session.inputs(), EMBEDDINGS, ElementType.FLOAT32);
    require(graph, session.inputs(), MASK, ElementType.INT64);
    require(graph, session.outputs(), "logits", ElementType.FLOAT32);
    return type(session.inputs(), past.iterator().next());
  }

  private static Set<String> difference(Set<String> all, Set<String> less) {
    Set<String> rest = new TreeSet<>(all);
    rest.removeAll(less);
    return rest;
  }

  private static ModelFault different(
      Path graph, String verb, Set<String> missing, Set<String> unknown) {
    return new ModelFault(
        "%s is no export that Argus serves: it %s no %s, and %s that are not known"
            .formatted(graph, verb, missing, unknown),
        null);
  }

  private static void require(
      Path graph, Map<String, TensorSpec> specs, String name, ElementType type) {
    if (type(specs, name) != type) {
      throw new ModelFault(
          "%s of %s is %s; Argus serves exports where it is %s"
              .formatted(name, graph, type(specs, name), type),
          null);
    }
  }

  private static ElementType type(Map<String, TensorSpec> specs, String name) {
    return Objects.requireNonNull(specs.get(name)).type();
  }

  /** What keys and values are stored in. */
  ElementType cacheType() {
    return cacheType;
  }

  /**
   * Runs tokens that follow what a cache holds, and leaves the cache longer by them.
   *
   * @param embeddings {@code [tokens, hidden]}
   * @param target receives the last token's logits
   */
  void run(Tensor embeddings, GrowingCache cache, float[] target) {
    int tokens = Math.toIntExact(embeddings.shape().dimension(0));
    boolean keepsOne = session.inputs().containsKey(LOGITS_KEPT);
    int rows = keepsOne ? 1 : tokens;
    try (TensorScope scope = new TensorScope(device)) {
      GrowingCache.Step step = cache.step(tokens, scope);
      Map<String, Tensor> inputs = new HashMap<>(step.past());
      inputs.put(EMBEDDINGS, scope.view(embeddings, Shape.of(1, tokens, config.hiddenSize())));
      inputs.put(
          MASK, scope.longs(Shape.of(1, cache.length() + tokens), filled(cache.length() + tokens)));
      if (session.inputs().containsKey(POSITIONS)) {
        inputs.put(POSITIONS, scope.longs(Shape.of(1, tokens), from(cache.length(), tokens)));
      }
      if (keepsOne) {
        inputs.put(LOGITS_KEPT, scope.longs(Shape.of(), 1));
      }
      Map<String, Tensor> outputs = new HashMap<>(step.present());
      Tensor all = logits(rows);
      outputs.put("logits", scope.view(all, Shape.of(1, rows, config.vocabularySize())));
      try (Binding binding = session.bind(inputs, outputs)) {
        binding.run();
      }
      cache.grow(tokens);
      try (Tensor last = all.rows(rows - 1, 1)) {
        last.read(MemorySegment.ofArray(target));
      }
    }
  }

  private static long[] filled(int count) {
    long[] ones = new long[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static long[] from(int first, int count) {
    long[] values = new long[count];
    Arrays.setAll(values, i -> first + i);
    return values;
  }

  /** At least so many rows. */
  private Tensor logits(int rows) {
    Tensor current = logits;
    if (current != null && current.shape().dimension(0) >= rows) {
      return current;
    }
    if (current != null) {
      current.close();
    }
    Tensor larger = device.allocate(ElementType.FLOAT32, Shape.of(rows, config.vocabularySize()));
    logits = larger;
    return larger;
  }

  @Override
  public void close() {
    if (logits != null) {
      logits.close();
    }
    session.close();
  }
}
