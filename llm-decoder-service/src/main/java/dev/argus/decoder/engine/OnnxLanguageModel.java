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
import dev.argus.decoder.core.sampling.TopLogits;
import dev.argus.runtime.Device;
import dev.argus.runtime.ElementType;
import dev.argus.runtime.Recording;
import dev.argus.runtime.Session;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A language model that runs a built graph over a pool of slots.
 *
 * <p>Design note: the attention operator takes a batch whose rows lie side by side in the cache, so
 * that {@link SlotRows} brings slots together before they are decoded: {@link #decode} is one run.
 * A prompt's chunk is a run of its own. Where the device records, decoding is recorded, a run for
 * each number of sequences; chunks are of all lengths, and are not.
 *
 * <p>At every precision a row's logits are the same alone and in a batch. Owns its session and
 * cache, not the device.
 */
public final class OnnxLanguageModel implements LanguageModel {
  private final TextConfig config;
  private final CallCheck check;
  private final Device device;
  private final Session session;
  private final KvPool pool;
  private final SlotRows rows;
  private final StepTensors stepTensors;
  private final ChunkTensors chunkTensors;
  private final DecodeRuns decodeRuns;
  private final Optional<TopTokens> topTokens;

  private OnnxLanguageModel(
      TextConfig config,
      CallCheck check,
      Device device,
      Session session,
      KvPool pool,
      StepTensors stepTensors,
      ChunkTensors chunkTensors,
      Optional<TopTokens> topTokens) {
    this.config = config;
    this.check = check;
    this.device = device;
    this.session = session;
    this.pool = pool;
    this.rows = new SlotRows(pool, check.slots(), device.recording());
    this.stepTensors = stepTensors;
    this.chunkTensors = chunkTensors;
    this.topTokens = topTokens;
    this.decodeRuns = new DecodeRuns(check.slots(), this::decodeRun);
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

  /** What a graph of a precision computes in between its products, and keeps keys and values in. */
  public static ElementType floats(Precision precision) {
    return switch (precision) {
      case FP32, INT8, W8A8, INT4 -> ElementType.FLOAT32;
      case FP16 -> ElementType.FLOAT16;
      case BF16 -> ElementType.BFLOAT16;
    };
  }

  /**
   * Opens a decoder graph, with a cache in the graph's floats.
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
      Session session = opened.add(device.open(graph));
      ElementType cacheType = Objects.requireNonNull(session.inputs().get("past_key.0")).type();
      KvPool pool = opened.add(new KvPool(device, config, cacheType, slots, slotCapacity));
      StepTensors step = opened.add(StepTensors.allocate(device, config, slots, 1, 1));
      step.writeLongest(slotCapacity);
      ChunkTensors chunk = opened.add(new ChunkTensors(device, config));
      CallCheck check = new CallCheck(slots, slotCapacity, config.vocabularySize());
      Optional<TopTokens> top = TopTokens.beside(graph, device, slots, config.vocabularySize());
      return new OnnxLanguageModel(config, check, device, session, pool, step, chunk, top);
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  @Override
  public int slots() {
    return check.slots();
  }

  @Override
  public int slotCapacity() {
    return check.slotCapacity();
  }

  @Override
  public int vocabularySize() {
    return check.vocabularySize();
  }

  @Override
  public double readingCost(int position) {
    return ReadingCost.at(position, config);
  }

  @Override
  public void prefill(PrefillChunk chunk, float[] logits) {
    check.prefill(chunk, logits);
    int[] ids = chunk.tokenIds();
    long[] tokenIds = Arrays.stream(ids).asLongStream().toArray();
    VisualPlaces visual = VisualPlaces.of(chunk, config.hiddenSize());
    StepTensors tensors = chunkTensors.of(ids.length, Math.max(1, visual.rows()));
    rows.use(chunk.slot(), chunk.start() + ids.length);
    int row = rows.of(chunk.slot());
    try (DecoderRun run =
        new DecoderRun(
            session, Recording.OFF, tensors, () -> pool.range(row, 1), Optional.empty())) {
      visual.write(tensors);
      run.run(tokenIds, new int[] {chunk.start() + ids.length - 1});
      run.readLogits(0, logits);
    }
  }

  @Override
  public List<Logits> decode(List<DecodeToken> tokens) {
    check.decode(tokens);
    int[] slotsOfTokens = tokens.stream().mapToInt(DecodeToken::slot).toArray();
    int first = rows.gather(slotsOfTokens);
    long[] tokenIds = new long[tokens.size()];
    int[] lengthsLessOne = new int[tokens.size()];
    for (DecodeToken token : tokens) {
      int row = rows.of(token.slot()) - first;
      tokenIds[row] = token.tokenId();
      lengthsLessOne[row] = token.position();
      rows.use(token.slot(), token.position() + 1);
    }
    DecoderRun run = decodeRuns.get(first, tokens.size());
    run.run(tokenIds, lengthsLessOne);
    return tokens.stream().map(token -> logits(run, rows.of(token.slot()) - first)).toList();
  }

  private Logits logits(DecoderRun run, int row) {
    return new Logits() {
      @Override
      public OptionalInt highest() {
        return run.highest(row);
      }

      @Override
      public Optional<TopLogits> top(int count) {
        return run.top(row, count);
      }

      @Override
      public void read(float[] target) {
        check.logits(target);
        run.readLogits(row, target);
      }
    };
  }

  @Override
  public void copy(int source, int target, int from, int to) {
    check.copy(source, target, from, to);
    rows.copy(source, target, from, to);
  }

  private DecoderRun decodeRun(int first, int count) {
    return new DecoderRun(
        session,
        device.recording(),
        stepTensors.rows(count),
        () -> pool.range(first, count),
        topTokens);
  }

  @Override
  public void close() {
    decodeRuns.close();
    topTokens.ifPresent(TopTokens::close);
    chunkTensors.close();
    stepTensors.close();
    pool.close();
    session.close();
  }
}
