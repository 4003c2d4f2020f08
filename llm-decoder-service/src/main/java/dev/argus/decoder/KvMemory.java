package dev.argus.decoder;

import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.config.TextConfig;
import dev.argus.checkpoint.export.HubGraphs;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.checkpoint.tuning.Tuning.Choice;
import dev.argus.decoder.engine.OnnxLanguageModel;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What the KV caches of a decoder take, known before anything is allocated.
 *
 * @param slots sequences at once
 * @param slotCapacity positions in each
 * @param bytes keys and values of all layers in the precision's floats; an export, which has each
 *     twice, may have them in any, and is counted in float32
 */
record KvMemory(int slots, int slotCapacity, long bytes) {

  /**
   * The cache of one model.
   *
   * @throws ModelFault if a slot is to hold more than the model's context
   */
  static KvMemory of(
      String model, Checkpoint checkpoint, Precision precision, DecoderSettings settings) {
    TextConfig config = checkpoint.config().text();
    int context = config.contextLength();
    int capacity =
        settings.slotCapacity().orElse(Math.min(context, DecoderSettings.DEFAULT_SLOT_CAPACITY));
    if (capacity > context) {
      throw new ModelFault(
          "slot-capacity is %d, more than the context of %s, %d tokens"
              .formatted(capacity, model, context),
          null);
    }
    // An export's are there twice, and of a type that is not known before it is opened.
    int floatBytes =
        HubGraphs.of(checkpoint).isPresent()
            ? 2 * Float.BYTES
            : OnnxLanguageModel.floats(precision).bytes();
    long position = 2L * config.layers() * config.kvHeads() * config.headDim() * floatBytes;
    return new KvMemory(settings.slots(), capacity, settings.slots() * position * capacity);
  }

  /**
   * Refuses caches that together are larger than allowed.
   *
   * @param checkpoints all models' by their names
   * @param choices how each is run
   * @throws ModelFault saying how large each is and what to change
   */
  static void check(
      Map<String, Checkpoint> checkpoints, Map<String, Choice> choices, DecoderSettings settings) {
    Map<String, KvMemory> caches = new TreeMap<>();
    choices.forEach((name, choice) -> {
      Checkpoint checkpoint = Objects.requireNonNull(checkpoints.get(name));
      caches.put(name, of(name, checkpoint, choice.precision(), settings));
    });
    long total = caches.values().stream().mapToLong(KvMemory::bytes).sum();
    if (total > settings.kvBytesLimit()) {
      throw new ModelFault(
          "the KV caches would take %s (%s), more than kv-memory-limit, %s: take fewer slots, a smaller slot-capacity, or a higher limit"
              .formatted(mebibytes(total), caches, mebibytes(settings.kvBytesLimit())),
          null);
    }
  }

  @Override
  public String toString() {
    return "%d slots of %d tokens, %s".formatted(slots, slotCapacity, mebibytes(bytes));
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1 << 20));
  }
}
