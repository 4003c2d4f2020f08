package dev.argus.decoder.engine;

import dev.argus.base.resource.OpenResources;
import dev.argus.checkpoint.graph.TopTokensGraph;
import dev.argus.decoder.core.sampling.TopLogits;
import dev.argus.runtime.Binding;
import dev.argus.runtime.Device;
import dev.argus.runtime.ElementType;
import dev.argus.runtime.Session;
import dev.argus.runtime.Shape;
import dev.argus.runtime.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * The graph that finds a step's highest logits where they are ({@link TopTokensGraph}). Owns its
 * session and tensors; not thread-safe.
 */
final class TopTokens implements AutoCloseable {
  private final Session session;
  private final Tensor logits;
  private final Tensor ids;
  private final int count;
  private final OpenResources owned;

  private TopTokens(Session session, Tensor logits, Tensor ids, int count, OpenResources owned) {
    this.session = session;
    this.logits = logits;
    this.ids = ids;
    this.count = count;
    this.owned = owned;
  }

  /**
   * Opens it.
   *
   * @param decoder the decoder's graph; empty if none is beside it
   * @param rows the most in a step
   */
  static Optional<TopTokens> beside(Path decoder, Device device, int rows, int vocabularySize) {
    Path graph = decoder.resolveSibling(TopTokensGraph.FILE);
    if (!Files.exists(graph)) {
      return Optional.empty();
    }
    OpenResources owned = new OpenResources();
    try {
      Shape shape = Shape.of(rows, TopTokensGraph.count(vocabularySize));
      return Optional.of(
          new TopTokens(
              owned.add(device.open(graph)),
              owned.add(device.allocate(ElementType.FLOAT32, shape)),
              owned.add(device.allocate(ElementType.INT64, shape)),
              Math.toIntExact(shape.dimension(1)),
              owned));
    } catch (RuntimeException e) {
      owned.close();
      throw e;
    }
  }

  /** How many of the highest can be known: not the last, to which others may be equal. */
  int most() {
    return count - 1;
  }

  /** Binds it to the logits of a step, {@code [rows, vocabulary]}. */
  OfStep of(Tensor logitsOfStep) {
    return new OfStep(logitsOfStep);
  }

  @Override
  public void close() {
    owned.close();
  }

  /** Of one step's logits; closed before the graph. */
  final class OfStep implements AutoCloseable {
    private final OpenResources bound = new OpenResources();
    private final Tensor topLogits;
    private final Tensor topIds;
    private final Binding binding;
    private final float[] foundLogits;
    private final long[] foundIds;

    private OfStep(Tensor logitsOfStep) {
      int rows = Math.toIntExact(logitsOfStep.shape().dimension(0));
      try {
        this.topLogits = bound.add(logits.rows(0, rows));
        this.topIds = bound.add(ids.rows(0, rows));
        this.binding =
            bound.add(
                session.bind(
                    Map.of("logits", logitsOfStep),
                    Map.of("top_logits", topLogits, "top_ids", topIds)));
      } catch (RuntimeException e) {
        bound.close();
        throw e;
      }
      this.foundLogits = new float[rows * count];
      this.foundIds = new long[rows * count];
    }

    /** Finds them, of all rows. */
    void find() {
      binding.run();
      topLogits.read(MemorySegment.ofArray(foundLogits));
      topIds.read(MemorySegment.ofArray(foundIds));
    }

    /**
     * The highest of a row, as {@link TopLogits} wants them; empty if it takes more to know which
     * they are, because others may be equal to the last.
     *
     * @param wanted 1 to {@link #most}
     */
    Optional<TopLogits> highest(int row, int wanted) {
      int from = row * count;
      int end = from + count;
      float least = foundLogits[from + wanted - 1];
      if (least == foundLogits[end - 1]) {
        return Optional.empty();
      }
      int to = from + wanted;
      while (foundLogits[to] == least) {
        to++;
      }
      int[] idsOfRow = Arrays.stream(foundIds, from, to).mapToInt(Math::toIntExact).toArray();
      return Optional.of(new TopLogits(idsOfRow, Arrays.copyOfRange(foundLogits, from, to)));
    }

    @Override
    public void close() {
      bound.close();
    }
  }
}
