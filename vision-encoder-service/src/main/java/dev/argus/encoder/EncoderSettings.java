package dev.argus.encoder;

import dev.argus.checkpoint.graph.Precision;
import dev.argus.encoder.core.EncoderLimits;
import dev.argus.runtime.DeviceName;
import dev.argus.service.wire.StreamLimits;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the vision encoder service is started with.
 *
 * @param models checkpoint directories by the names that requests use; at least one
 * @param precision what the models' graphs compute in; empty: as each was tuned for this machine,
 *     or else fp32, on a GPU bf16
 * @param device where the models run
 * @param threads that one run may use; 1 or more. Empty: as was tuned, or else all processors
 * @param maxBatch most tiles in one run; 1 or more. Empty: as was tuned, or else 1: on a processor
 *     a batch takes as long as its tiles one by one, and the first is answered with the last; on a
 *     GPU 16. At int8 it is always 1
 * @param limits how much may wait for a model
 * @param windowTiles tiles of one stream that are received and not yet answered before its sender
 *     has to wait; 1 or more
 * @param featureCacheBytes most bytes of features that are kept, of all models and tenants; 0: none
 *     are, and tiles with the same pixels are encoded each for itself
 * @param streams how far the two sides of a stream may run ahead of each other
 */
public record EncoderSettings(
    Map<String, Path> models,
    Optional<Precision> precision,
    DeviceName device,
    OptionalInt threads,
    OptionalInt maxBatch,
    EncoderLimits limits,
    int windowTiles,
    long featureCacheBytes,
    StreamLimits streams) {

  private static final long MOST_CACHE_BYTES = 512L << 20;
  private static final int CACHE_PART_OF_HEAP = 8;

  public EncoderSettings {
    models = Map.copyOf(models);
    if (models.isEmpty()) {
      throw new IllegalArgumentException("models must name at least one checkpoint directory");
    }
    requirePositive("threads", threads.orElse(1));
    requirePositive("maxBatch", maxBatch.orElse(1));
    requirePositive("windowTiles", windowTiles);
    if (featureCacheBytes < 0) {
      throw new IllegalArgumentException(
          "featureCacheBytes must be 0 or more, not " + featureCacheBytes);
    }
  }

  /**
   * Models as they were tuned, windows of 32 tiles, an eighth of the heap or 512 MiB for features,
   * whichever is less, and the defaults of its parts.
   */
  public static EncoderSettings defaults(Map<String, Path> models) {
    return new EncoderSettings(
        models,
        Optional.empty(),
        new DeviceName.Cpu(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        EncoderLimits.defaults(),
        32,
        defaultFeatureCacheBytes(),
        StreamLimits.defaults());
  }

  /** An eighth of the heap, at most 512 MiB. */
  public static long defaultFeatureCacheBytes() {
    return Math.min(MOST_CACHE_BYTES, Runtime.getRuntime().maxMemory() / CACHE_PART_OF_HEAP);
  }

  /** The same with models of another precision. */
  public EncoderSettings withPrecision(Precision newPrecision) {
    return new EncoderSettings(
        models,
        Optional.of(newPrecision),
        device,
        threads,
        maxBatch,
        limits,
        windowTiles,
        featureCacheBytes,
        streams);
  }

  /** The same on another device. */
  public EncoderSettings withDevice(DeviceName newDevice) {
    return new EncoderSettings(
        models,
        precision,
        newDevice,
        threads,
        maxBatch,
        limits,
        windowTiles,
        featureCacheBytes,
        streams);
  }

  /** The same with another number of threads. */
  public EncoderSettings withThreads(int newThreads) {
    return new EncoderSettings(
        models,
        precision,
        device,
        OptionalInt.of(newThreads),
        maxBatch,
        limits,
        windowTiles,
        featureCacheBytes,
        streams);
  }

  /** The same with other batches. */
  public EncoderSettings withMaxBatch(int newMaxBatch) {
    return new EncoderSettings(
        models,
        precision,
        device,
        threads,
        OptionalInt.of(newMaxBatch),
        limits,
        windowTiles,
        featureCacheBytes,
        streams);
  }

  /** The same with other limits. */
  public EncoderSettings withLimits(EncoderLimits newLimits) {
    return new EncoderSettings(
        models,
        precision,
        device,
        threads,
        maxBatch,
        newLimits,
        windowTiles,
        featureCacheBytes,
        streams);
  }

  /** The same with another bound for features that are kept; 0: none are. */
  public EncoderSettings withFeatureCacheBytes(long newFeatureCacheBytes) {
    return new EncoderSettings(
        models,
        precision,
        device,
        threads,
        maxBatch,
        limits,
        windowTiles,
        newFeatureCacheBytes,
        streams);
  }

  /** The same with other stream limits. */
  public EncoderSettings withStreams(StreamLimits newStreams) {
    return new EncoderSettings(
        models,
        precision,
        device,
        threads,
        maxBatch,
        limits,
        windowTiles,
        featureCacheBytes,
        newStreams);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be 1 or more, not " + value);
    }
  }
}
