package dev.argus.encoder.app;

import dev.argus.checkpoint.graph.Precision;
import dev.argus.encoder.EncoderSettings;
import dev.argus.encoder.core.EncoderLimits;
import dev.argus.runtime.DeviceName;
import dev.argus.service.wire.StreamLimits;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.convert.format.MapFormat;
import io.micronaut.core.convert.format.MapFormat.MapTransformation;
import io.micronaut.core.convert.format.ReadableBytes;
import io.micronaut.core.naming.conventions.StringConvention;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The keys {@code argus.encoder.*}.
 *
 * @param models {@code models.<name>} is the checkpoint directory of the model of that name; at
 *     least one
 * @param precision what the models' graphs compute in: fp32, int8, w8a8, int4, fp16 or bf16; unset:
 *     as each was tuned, or else fp32, on a GPU bf16
 * @param device where the models run: cpu, cuda:N, cuda:N@8GB, or auto, which is the first GPU, or
 *     the processor where none can be used
 * @param threads that one run may use; unset: as was tuned, or else one for each processor
 * @param maxBatch most tiles in one run; unset: as was tuned, or else 1, on a GPU 16
 * @param queuedTiles tiles that wait for one model, all streams together; one more is refused
 * @param windowTiles tiles of one stream that are received and not yet answered before its sender
 *     has to wait
 * @param featureCache most bytes of features that are kept for tiles that come again, such as
 *     {@code 200MB}; 0: none. Unset: an eighth of the heap, at most 512MB
 * @param drainLimit how long closing waits for queued tiles
 * @param stallLimit how long a caller may take nothing, or send nothing, before it is given up
 */
@Requires(property = "argus.stage", value = "encoder")
@ConfigurationProperties("argus.encoder")
record EncoderConfiguration(
    @MapFormat(transformation = MapTransformation.FLAT, keyFormat = StringConvention.RAW)
        @Nullable Map<String, Path> models,
    @Nullable String precision,
    @Bindable(defaultValue = "cpu") String device,
    @Nullable Integer threads,
    @Nullable Integer maxBatch,
    @Bindable(defaultValue = "256") int queuedTiles,
    @Bindable(defaultValue = "32") int windowTiles,
    @Nullable @ReadableBytes Long featureCache,
    @Bindable(defaultValue = "10s") Duration drainLimit,
    @Bindable(defaultValue = "30s") Duration stallLimit) {

  /**
   * What the service is started with.
   *
   * @throws IllegalArgumentException when a value is out of range
   */
  EncoderSettings toSettings() {
    return new EncoderSettings(
        models == null ? Map.of() : models,
        Optional.ofNullable(precision).map(Precision::parse),
        DeviceName.parse(device),
        optional(threads),
        optional(maxBatch),
        new EncoderLimits(queuedTiles, drainLimit),
        windowTiles,
        featureCache == null ? EncoderSettings.defaultFeatureCacheBytes() : featureCache,
        new StreamLimits(StreamLimits.defaults().prefetch(), stallLimit));
  }

  private static OptionalInt optional(@Nullable Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }
}
