package dev.argus.bench.decode;

import dev.argus.base.sampling.Sampling;
import dev.argus.bench.measure.Samples;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.decoder.core.DecoderLoop;
import dev.argus.decoder.core.SchedulerLimits;
import dev.argus.decoder.core.SchedulerObserver.Step;
import dev.argus.decoder.engine.OnnxLanguageModel;
import dev.argus.runtime.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/**
 * Drives a decoder, scheduler and model as in the service, with prompts of random words.
 *
 * <p>Owned by one thread.
 */
public final class DecodeBench implements AutoCloseable {
  private static final long SEED = 20260101;
  private static final int WARM_UP_PROMPT = 16;
  private static final int WARM_UP_TOKENS = 500;

  private final TimedDevice device;
  private final StepLog log;
  private final DecoderLoop loop;
  private final int slots;
  private final int vocabularySize;
  private final int context;
  private final int tokens;
  private final Sampling sampling;
  private final Random random = new Random(SEED);

  /**
   * Opens the decoder.
   *
   * @param slots the most streams at once
   * @param context tokens of each prompt
   * @param tokens of each answer
   * @param stepTokens most of an iteration in which streams generate, theirs and a prompt's
   * @param sampling how they are chosen
   */
  public DecodeBench(
      Checkpoint checkpoint,
      Precision precision,
      int threads,
      int slots,
      int context,
      int tokens,
      int stepTokens,
      Sampling sampling) {
    this.slots = slots;
    this.sampling = sampling;
    this.context = context;
    this.tokens = tokens;
    this.device = new TimedDevice(Device.cpu(threads));
    this.log = new StepLog(device::runNanos);
    int capacity = 2 * context + tokens;
    OnnxLanguageModel model =
        OnnxLanguageModel.open(
            checkpoint, precision, device, slots, capacity, BuildProgress.SILENT);
    this.vocabularySize = model.vocabularySize();
    this.loop = DecoderLoop.start("bench", model, limits(slots, stepTokens), log);
  }

  private static SchedulerLimits limits(int slots, int stepTokens) {
    SchedulerLimits usual = SchedulerLimits.DEFAULT;
    return new SchedulerLimits(
        usual.prefillChunk(),
        stepTokens,
        slots,
        usual.undeliveredLimit(),
        usual.queueWait().multipliedBy(100),
        usual.visualWait(),
        usual.readerStall(),
        false);
  }

  /** Lets all slots generate, so that what is measured then is compiled, as in a server. */
  void warmUp() throws InterruptedException {
    for (TokenStream stream : open(slots, WARM_UP_PROMPT, WARM_UP_TOKENS)) {
      stream.awaitEnd();
    }
  }

  /** Lets so many streams generate together. */
  public Throughput throughput(int streams) throws InterruptedException {
    log.take();
    for (TokenStream stream : open(streams, context, tokens)) {
      stream.awaitEnd();
    }
    return Throughput.of(streams, log.take());
  }

  /** Lets a prompt of twice the context arrive while so many streams generate. */
  Arrival arrival(int streams) throws InterruptedException {
    List<TokenStream> running = open(streams, context, tokens);
    for (TokenStream stream : running) {
      stream.awaitBegin();
    }
    log.take();
    long from = System.nanoTime();
    TokenStream arriving = TokenStream.open(loop, prompt(2 * context - 1), 1, sampling);
    long to = arriving.awaitEnd().getLast();
    List<List<Long>> times = new ArrayList<>();
    for (TokenStream stream : running) {
      times.add(stream.awaitEnd());
    }
    List<StepLog.Entry> entries = log.take();
    double step = medianMillis(entries, taken -> taken.prefillTokens() == 0, streams);
    return new Arrival(
        step,
        medianMillis(entries, taken -> taken.prefillTokens() > 0, streams) - step,
        Arrival.largestGap(times, from, to),
        (to - from) / 1e6,
        entries.stream()
            .map(StepLog.Entry::step)
            .filter(taken -> taken.prefillTokens() > 0)
            .toList());
  }

  /** Median time of such iterations in which all streams took part. */
  private static double medianMillis(List<StepLog.Entry> entries, Predicate<Step> such, int rows) {
    List<Double> millis =
        entries.stream()
            .map(StepLog.Entry::step)
            .filter(step -> step.decodeRows() == rows)
            .filter(such)
            .map(step -> step.nanos() / 1e6)
            .toList();
    if (millis.isEmpty()) {
      throw new IllegalStateException(
          "the prompt did not arrive while %d streams ran: generate more tokens".formatted(rows));
    }
    return new Samples(millis).median();
  }

  private List<TokenStream> open(int streams, int promptTokens, int answerTokens) {
    List<TokenStream> open = new ArrayList<>();
    for (int i = 0; i < streams; i++) {
      open.add(TokenStream.open(loop, prompt(promptTokens), answerTokens, sampling));
    }
    return open;
  }

  private int[] prompt(int length) {
    return random.ints(length, 0, vocabularySize).toArray();
  }

  @Override
  public void close() {
    loop.close();
    device.close();
  }
}
