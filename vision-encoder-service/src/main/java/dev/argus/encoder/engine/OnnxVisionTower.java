package dev.argus.encoder.engine;

import dev.argus.base.resource.OpenResources;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.config.ModelConfig;
import dev.argus.checkpoint.export.HubGraphs;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.GraphFinish;
import dev.argus.checkpoint.graph.GraphPart;
import dev.argus.checkpoint.graph.Graphs;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.encoder.core.VisionTower;
import dev.argus.runtime.Device;
import dev.argus.runtime.ElementType;
import dev.argus.runtime.Session;
import dev.argus.runtime.Shape;
import dev.argus.runtime.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;

/**
 * A vision tower that runs a graph: one that Argus built, or an export.
 *
 * <p>Calls take turns: one run uses all of the device's threads, and on a processor a batch is no
 * faster than its tiles one by one. Owns its session and tensors, not the device.
 */
public final class OnnxVisionTower implements VisionTower {
  /** That one is staged while another is copied. */
  private static final int STAGED_BATCHES = 2;

  private final int side;
  private final int visualTokens;
  private final int hiddenSize;
  private final int maxBatch;
  private final Session session;
  private final Optional<StagedTiles> staged;
  private final IntFunction<TileBatch> newBatch;

  private final ReentrantLock turn = new ReentrantLock();

  /** By number of tiles, made when first wanted. Guarded by {@link #turn}. */
  private final Map<Integer, TileBatch> batches = new HashMap<>();

  /** Guarded by {@link #turn}. */
  private boolean closed;

  /**
   * @param session what the batches are bound to
   * @param staged what the batches take staged tiles from
   * @param newBatch makes the batch of so many tiles
   */
  private OnnxVisionTower(
      ModelConfig config,
      int maxBatch,
      Session session,
      Optional<StagedTiles> staged,
      IntFunction<TileBatch> newBatch) {
    this.side = config.vision().imageSize();
    this.visualTokens = config.vision().visualTokens();
    this.hiddenSize = config.text().hiddenSize();
    this.maxBatch = maxBatch;
    this.session = session;
    this.staged = staged;
    this.newBatch = newBatch;
  }

  /**
   * Opens a checkpoint's vision tower: an export's where the checkpoint is one, else its own, whose
   * graph is built first where it has not been.
   *
   * @param precision what its graph computes in
   * @param device where it runs; closed by the caller, after this
   * @param maxBatch the most tiles in one run, unless the graph takes fewer; at least 1
   * @param progress hears of the building
   * @throws dev.argus.base.failure.ModelFault if the graph cannot be built or loaded, or the device
   *     has no arithmetic of that precision
   */
  public static OnnxVisionTower open(
      Checkpoint checkpoint,
      Precision precision,
      Device device,
      int maxBatch,
      BuildProgress progress) {
    return HubGraphs.of(checkpoint)
        .map(export ->
            openExport(checkpoint.config(), export.visionEncoder(precision), device, maxBatch))
        .orElseGet(() -> openBuilt(checkpoint, precision, device, maxBatch, progress));
  }

  private static OnnxVisionTower openBuilt(
      Checkpoint checkpoint,
      Precision precision,
      Device device,
      int maxBatch,
      BuildProgress progress) {
    device.requireArithmetic(floats(precision));
    GraphFinish finish = new GraphFinish(device.finishKey(), device::finish);
    Path graph = Graphs.prepare(checkpoint, GraphPart.VISION, precision, finish, progress);
    return open(checkpoint.config(), graph, device, maxBatch);
  }

  /** What a graph of a precision computes in between its products. */
  private static ElementType floats(Precision precision) {
    return switch (precision) {
      case FP32, INT8, W8A8, INT4 -> ElementType.FLOAT32;
      case FP16 -> ElementType.FLOAT16;
      case BF16 -> ElementType.BFLOAT16;
    };
  }

  /**
   * Opens a vision graph.
   *
   * @param config the numbers of the model that the graph was built from
   */
  public static OnnxVisionTower open(ModelConfig config, Path graph, Device device, int maxBatch) {
    return open(config, graph, device, maxBatch, device.hasOwnMemory());
  }

  /**
   * As above.
   *
   * @param staging whether tiles can be staged
   */
  static OnnxVisionTower open(
      ModelConfig config, Path graph, Device device, int maxBatch, boolean staging) {
    requireBatch(maxBatch);
    OpenResources opened = new OpenResources();
    try {
      Session session = opened.add(device.open(graph));
      int batch = Math.toIntExact(Math.min(maxBatch, mostTiles(session)));
      int side = config.vision().imageSize();
      Optional<StagedTiles> staged =
          staging
              ? Optional.of(
                  new StagedTiles(device, Shape.of(side, side, 3), STAGED_BATCHES * batch))
              : Optional.empty();
      int tokens = config.vision().visualTokens();
      int hidden = config.text().hiddenSize();
      return new OnnxVisionTower(
          config,
          batch,
          session,
          staged,
          tiles ->
              new BuiltTileBatch(
                  device,
                  session,
                  Shape.of(tiles, side, side, 3),
                  Shape.of(tiles, tokens, hidden),
                  staged));
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /**
   * Opens the vision graph of an export, which takes normalised pixels.
   *
   * @param config the numbers of the model that was exported
   * @param graph {@code vision_encoder.onnx} or a variant
   * @throws dev.argus.base.failure.ModelFault if the graph cannot be loaded, or has other inputs
   *     and outputs than exports of this kind of model
   */
  public static OnnxVisionTower openExport(
      ModelConfig config, Path graph, Device device, int maxBatch) {
    requireBatch(maxBatch);
    Session session = device.openForeign(graph);
    try {
      ExportedVision export = ExportedVision.of(config, graph, session);
      return new OnnxVisionTower(
          config,
          maxBatch,
          session,
          Optional.empty(),
          tiles -> new ExportedTileBatch(export, device, tiles));
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private static void requireBatch(int maxBatch) {
    if (maxBatch < 1) {
      throw new IllegalArgumentException("a batch has at least one tile, not " + maxBatch);
    }
  }

  /** A graph whose tiles would change each other's features takes one at a time, and says so. */
  private static long mostTiles(Session session) {
    TensorSpec pixels = Objects.requireNonNull(session.inputs().get("pixels"), "no input pixels");
    return switch (pixels.dimensions().getFirst()) {
      case TensorSpec.Fixed tiles -> tiles.length();
      case TensorSpec.Named _, TensorSpec.Any _ -> Long.MAX_VALUE;
    };
  }

  @Override
  public int side() {
    return side;
  }

  @Override
  public int visualTokens() {
    return visualTokens;
  }

  @Override
  public int hiddenSize() {
    return hiddenSize;
  }

  @Override
  public int maxBatch() {
    return maxBatch;
  }

  @Override
  public List<ByteBuffer> encode(List<ByteBuffer> tiles) {
    check(tiles);
    turn.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the vision tower is closed");
      }
      return batches.computeIfAbsent(tiles.size(), newBatch::apply).encode(tiles);
    } finally {
      turn.unlock();
    }
  }

  @Override
  public boolean stages() {
    return staged.isPresent();
  }

  @Override
  public void stage(ByteBuffer tile) {
    checkSize(tile);
    staged.ifPresent(all -> all.stage(tile));
  }

  private void check(List<ByteBuffer> tiles) {
    if (tiles.isEmpty() || tiles.size() > maxBatch) {
      throw new IllegalArgumentException(
          "a batch has 1 to %d tiles, not %d".formatted(maxBatch, tiles.size()));
    }
    tiles.forEach(this::checkSize);
  }

  private void checkSize(ByteBuffer tile) {
    int bytes = side * side * 3;
    if (tile.remaining() != bytes) {
      throw new IllegalArgumentException(
          "a tile has %d bytes, not %d".formatted(bytes, tile.remaining()));
    }
  }

  @Override
  public void close() {
    turn.lock();
    try {
      closed = true;
      batches.values().forEach(TileBatch::close);
      staged.ifPresent(StagedTiles::close);
      session.close();
    } finally {
      turn.unlock();
    }
  }
}
