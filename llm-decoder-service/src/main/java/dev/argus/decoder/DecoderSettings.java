package dev.argus.decoder;

import dev.argus.checkpoint.graph.Precision;
import dev.argus.decoder.core.SchedulerLimits;
import dev.argus.runtime.DeviceName;
import dev.argus.runtime.Recording;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the decoder service is started with.
 *
 * @param models checkpoint directories by the names that requests use; at least one
 * @param precision what the models' graphs compute in; empty: as each was tuned for this machine,
 *     or else fp32, on a GPU bf16
 * @param device where the models run
 * @param recording whether decode steps are recorded and repeated, on a GPU
 * @param slots sequences that each model runs at once; at least 1
 * @param slotCapacity most tokens of prompt and answer together, at most the model's context;
 *     empty: {@link #DEFAULT_SLOT_CAPACITY}, or the context where that is shorter
 * @param kvBytesLimit most bytes that the KV caches of all models may take
 * @param threads that one run of a model may use; at least 1. Empty: as was tuned, or else all
 *     processors
 * @param limits of the scheduler
 */
public record DecoderSettings(
    Map<String, Path> models,
    Optional<Precision> precision,
    DeviceName device,
    Recording recording,
    int slots,
    OptionalInt slotCapacity,
    long kvBytesLimit,
    OptionalInt threads,
    SchedulerLimits limits) {

  /** Most tokens of prompt and answer together, where nothing else is said. */
  public static final int DEFAULT_SLOT_CAPACITY = 4096;

  /** Sequences that a model runs at once, where nothing else is said. */
  public static final int DEFAULT_SLOTS = 8;

  /** Bytes that KV caches may take, where nothing else is said: 4 GiB. */
  public static final long DEFAULT_KV_BYTES_LIMIT = 4L << 30;

  /**
   * Checks each value for itself; what depends on a model is checked when it is opened.
   *
   * @throws IllegalArgumentException naming the value that is out of range
   */
  public DecoderSettings {
    models = Map.copyOf(models);
    require(!models.isEmpty(), "models must name at least one checkpoint directory");
    require(slots >= 1, "slots must be 1 or more, not " + slots);
    require(
        slotCapacity.orElse(2) >= 2,
        "slot-capacity must be 2 or more, not " + slotCapacity.orElse(2));
    require(kvBytesLimit >= 1, "kv-memory-limit must be 1 byte or more, not " + kvBytesLimit);
    require(threads.orElse(1) >= 1, "threads must be 1 or more, not " + threads.orElse(1));
    require(
        limits.leaveRoomBeside(slots),
        "step-tokens (%d) must be at least 3 more than slots (%d), or prompts are never read"
            .formatted(limits.stepTokens(), slots));
  }

  /** 8 slots of at most 4096 tokens, at most 4 GiB, models as they were tuned. */
  public static DecoderSettings defaults(Map<String, Path> models) {
    return new DecoderSettings(
        models,
        Optional.empty(),
        new DeviceName.Cpu(),
        Recording.OFF,
        DEFAULT_SLOTS,
        OptionalInt.empty(),
        DEFAULT_KV_BYTES_LIMIT,
        OptionalInt.empty(),
        SchedulerLimits.DEFAULT);
  }

  /** The same with models of another precision. */
  public DecoderSettings withPrecision(Precision newPrecision) {
    return new DecoderSettings(
        models,
        Optional.of(newPrecision),
        device,
        recording,
        slots,
        slotCapacity,
        kvBytesLimit,
        threads,
        limits);
  }

  /** The same on another device. */
  public DecoderSettings withDevice(DeviceName newDevice) {
    return new DecoderSettings(
        models,
        precision,
        newDevice,
        recording,
        slots,
        slotCapacity,
        kvBytesLimit,
        threads,
        limits);
  }

  /** The same with decode steps recorded or not. */
  public DecoderSettings withRecording(Recording newRecording) {
    return new DecoderSettings(
        models,
        precision,
        device,
        newRecording,
        slots,
        slotCapacity,
        kvBytesLimit,
        threads,
        limits);
  }

  /** The same with other slots. */
  public DecoderSettings withSlots(int newSlots) {
    return new DecoderSettings(
        models,
        precision,
        device,
        recording,
        newSlots,
        slotCapacity,
        kvBytesLimit,
        threads,
        limits);
  }

  /** The same with slots of another capacity. */
  public DecoderSettings withSlotCapacity(int newCapacity) {
    return new DecoderSettings(
        models,
        precision,
        device,
        recording,
        slots,
        OptionalInt.of(newCapacity),
        kvBytesLimit,
        threads,
        limits);
  }

  /** The same with another limit of memory. */
  public DecoderSettings withKvBytesLimit(long newLimit) {
    return new DecoderSettings(
        models, precision, device, recording, slots, slotCapacity, newLimit, threads, limits);
  }

  /** The same with other threads. */
  public DecoderSettings withThreads(int newThreads) {
    return new DecoderSettings(
        models,
        precision,
        device,
        recording,
        slots,
        slotCapacity,
        kvBytesLimit,
        OptionalInt.of(newThreads),
        limits);
  }

  /** The same with other limits. */
  public DecoderSettings withLimits(SchedulerLimits newLimits) {
    return new DecoderSettings(
        models,
        precision,
        device,
        recording,
        slots,
        slotCapacity,
        kvBytesLimit,
        threads,
        newLimits);
  }

  private static void require(boolean condition, String problem) {
    if (!condition) {
      throw new IllegalArgumentException(problem);
    }
  }
}
