package dev.argus.decoder.engine;

import dev.argus.base.resource.OpenResources;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.config.TextConfig;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.GraphFinish;
import dev.argus.checkpoint.graph.GraphPart;
import dev.argus.checkpoint.graph.Graphs;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.decoder.core.LanguageModel;
import dev.argus.runtime.Device;
import dev.argus.runtime.ElementType;
import dev.argus.runtime.Session;
import java.nio.file.Path;
import java.util.List;

/**
 * A language model that runs a built graph over a pool of slots.
 *
 * <p>Design note: the attention operator takes a batch whose rows lie side by side in the cache, so
 * that {@link SlotRows} brings slots together before they are decoded: {@link #decode} is one run.
 * A prompt's chunk is a run of its own.
 *
 * <p>At every precision a row's logits are the same alone and in a batch. Owns its session and
 * cache, not the device.
 */
public final class OnnxLanguageModel implements LanguageModel {
  private final TextConfig config;
  private final int slots;
  private final int slotCapacity;
  private final Device device;
  private final Session session;
  private final KvPool pool;
  private final SlotRows rows;
  private final StepTensors stepTensors;
  private final DecodeRuns decodeRuns = new DecodeRuns(this::decodeRun);

  private OnnxLanguageModel(
      TextConfig config,
      int slots,
      int slotCapacity,
      Device device,
      Session session,
      KvPool pool,
      StepTensors stepTensors) {
    this.config = config;
    this.slots = slots;
    this.slotCapacity = slotCapacity;
    this.device = device;
    this.session = session;
    this.pool = pool;
    this.rows = new SlotRows(pool, slots);
    this.stepTensors = stepTensors;
  }

  /**
   * Opens a checkpoint's language model; builds its graph first where it has not been built.
   *
   * @param precision what its graph computes in
   * @param device where it runs; closed by the caller, after this
   * @param slots sequences that fit at once; at least 1
   * @param slotCapacity positions in each; 1 to the model's context length
   * @param progress hears of the building
   * @throws IllegalArgumentException if so many slots of that size do not fit the device's tensors
   * @throws dev.argus.base.failure.ModelFault if the graph cannot be built or loaded, the device
   *     has no arithmetic of that precision, or there is not enough memory
   */
  public static OnnxLanguageModel open(
      Checkpoint checkpoint,
      Precision precision,
      Device device,
      int slots,
      int slotCapacity,
      BuildProgress progress) {
    device.requireArithmetic(floats(precision));
    GraphFinish finish = new GraphFinish(device.finishKey(), device::finish);
    Path graph = Graphs.prepare(checkpoint, GraphPart.DECODER, precision, finish, progress);
    return open(checkpoint.config().text(), graph, device, slots, slotCapacity);
  }

  /** What a graph of a precision computes in between its products. */
  private static ElementType floats(Precision precision) {
    return switch (precision) {
      case FP32, INT8, INT4 -> ElementType.FLOAT32;
      case FP16 -> ElementType.FLOAT16;
      case BF16 -> ElementType.BFLOAT16;
    };
  }

  /**
   * Opens a decoder graph.
   *
   * @param config the numbers of the model that the graph was built from
   */
  public static OnnxLanguageModel open(
      TextConfig config, Path graph, Device device, int slots, int slotCapacity) {
    if (slotCapacity < 1 || slotCapacity > config.contextLength()) {
      throw new IllegalArgumentException(
          "a slot has 1 to %d positions, not %d".formatted(config.contextLength(), slotCapacity));
    }
    OpenResources opened = new OpenResources();
    try {
      KvPool pool = opened.add(new KvPool(device, config, slots, slotCapacity));
      StepTensors step = opened.add(StepTensors.allocate(device, config, slots, 1, 1));
      Session session = opened.add(device.open(graph));
      return new OnnxLanguageModel(config, slots, slotCapacity, device, session, pool, step);
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  @Override
  public int slots() {
    return slots;
  }

  @Override
  public int slotCapacity() {
    return slotCapacity;
  }

  @Override
  public int vocabularySize() {
    return config.vocabularySize();
  }

  @Override
  public void prefill(PrefillChunk chunk, float[] logits) {
    int[] ids = chunk.tokenIds();
    checkPlace(chunk.slot(), chunk.start(), ids.length);
    checkLogits(logits);
    long[] tokenIds = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      tokenIds[i] = checkedId(ids[i]);
    }
    VisualPlaces visual = VisualPlaces.of(chunk, config.hiddenSize());
    StepTensors tensors =
        StepTensors.allocate(device, config, 1, ids.length, Math.max(1, visual.rows()));
    rows.use(chunk.slot(), chunk.start() + ids.length);
    int row = rows.of(chunk.slot());
    try (DecoderRun run = new DecoderRun(session, tensors, () -> pool.range(row, 1))) {
      visual.write(tensors);
      run.run(tokenIds, new int[] {chunk.start() + ids.length - 1});
      run.readLogits(0, logits);
    }
  }

  @Override
  public void decode(List<DecodeToken> tokens, float[][] logits) {
    if (tokens.isEmpty() || tokens.size() != logits.length) {
      throw new IllegalArgumentException(
          "%d tokens, %d rows of logits".formatted(tokens.size(), logits.length));
    }
    for (int i = 0; i < logits.length; i++) {
      DecodeToken token = tokens.get(i);
      checkPlace(token.slot(), token.position(), 1);
      checkedId(token.tokenId());
      checkLogits(logits[i]);
    }
    int[] slotsOfTokens = tokens.stream().mapToInt(DecodeToken::slot).toArray();
    requireDifferent(slotsOfTokens);
    int first = rows.gather(slotsOfTokens);
    long[] tokenIds = new long[logits.length];
    int[] lengthsLessOne = new int[logits.length];
    for (DecodeToken token : tokens) {
      int row = rows.of(token.slot()) - first;
      tokenIds[row] = token.tokenId();
      lengthsLessOne[row] = token.position();
      rows.use(token.slot(), token.position() + 1);
    }
    DecoderRun run = decodeRuns.get(first, logits.length);
    run.run(tokenIds, lengthsLessOne);
    for (int i = 0; i < logits.length; i++) {
      run.readLogits(rows.of(slotsOfTokens[i]) - first, logits[i]);
    }
  }

  @Override
  public void copy(int source, int target, int from, int to) {
    checkPlace(source, from, to - from);
    checkPlace(target, from, to - from);
    requireDifferent(new int[] {source, target});
    rows.copy(source, target, from, to);
  }

  private void requireDifferent(int[] slotsOfTokens) {
    boolean[] seen = new boolean[slots];
    for (int slot : slotsOfTokens) {
      if (seen[slot]) {
        throw new IllegalArgumentException("slot %d comes twice".formatted(slot));
      }
      seen[slot] = true;
    }
  }

  private DecoderRun decodeRun(int first, int count) {
    return new DecoderRun(session, stepTensors.rows(count), () -> pool.range(first, count));
  }

  private void checkPlace(int slot, int position, int count) {
    if (slot < 0 || slot >= slots) {
      throw new IllegalArgumentException("slots are 0 to %d, not %d".formatted(slots - 1, slot));
    }
    if (position < 0 || count < 1 || position > slotCapacity - count) {
      throw new IllegalArgumentException(
          "%d tokens from position %d do not fit a slot of %d"
              .formatted(count, position, slotCapacity));
    }
  }

  private int checkedId(int tokenId) {
    if (tokenId < 0 || tokenId >= config.vocabularySize()) {
      throw new IllegalArgumentException(
          "token ids are below %d, not %d".formatted(config.vocabularySize(), tokenId));
    }
    return tokenId;
  }

  private void checkLogits(float[] logits) {
    if (logits.length != config.vocabularySize()) {
      throw new IllegalArgumentException(
          "a row of logits has %d values, not %d"
              .formatted(config.vocabularySize(), logits.length));
    }
  }

  @Override
  public void close() {
    decodeRuns.close();
    stepTensors.close();
    pool.close();
    session.close();
  }
}
