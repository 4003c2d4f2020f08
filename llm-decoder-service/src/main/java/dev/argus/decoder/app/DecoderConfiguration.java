package dev.argus.decoder.app;

import dev.argus.checkpoint.graph.Precision;
import dev.argus.decoder.DecoderSettings;
import dev.argus.decoder.core.SchedulerLimits;
import dev.argus.runtime.DeviceName;
import dev.argus.runtime.Recording;
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
 * The keys {@code argus.decoder.*}. Sizes in bytes may have a unit, such as {@code 4GB} (of 1024
 * MB).
 *
 * @param models {@code models.<name>} is the checkpoint directory of the model of that name; at
 *     least one
 * @param precision what the models' graphs compute in: fp32, int8, w8a8, int4, fp16 or bf16; unset:
 *     as each was tuned, or else fp32, on a GPU bf16
 * @param device where the models run: cpu, cuda:N, cuda:N@8GB, or auto, which is the first GPU, or
 *     the processor where none can be used
 * @param cudaGraphs whether decode steps are recorded as CUDA graphs and repeated; on a GPU, at
 *     bf16 or fp16. Never tried on one
 * @param slots sequences that each model runs at once
 * @param slotCapacity most tokens of prompt and answer together; unset: 4096, or the model's
 *     context where that is shorter
 * @param kvMemoryLimit bytes that the KV caches of all models may take; more keep the service from
 *     starting
 * @param threads that one run of a model may use; unset: as was tuned, or else one for each
 *     processor
 * @param prefillChunk most prompt tokens in one iteration; at least 3
 * @param stepTokens most tokens of an iteration in which answers go on, decode and prefill
 *     together; at least 3 more than slots; unset: 80 more, or {@code prefillChunk} more where the
 *     device is not cpu
 * @param queueLimit sequences that may wait for a slot; more are refused
 * @param undeliveredLimit tokens generated but not taken by their reader at which a sequence pauses
 * @param queueWait longest wait for a slot
 * @param visualWait longest wait for the next visual tokens
 * @param readerStall how long a reader may take nothing before it is given up
 * @param prefixCache whether a prompt takes over what slots contain of its beginning
 */
@Requires(property = "argus.stage", value = "decoder")
@ConfigurationProperties("argus.decoder")
record DecoderConfiguration(
    @MapFormat(transformation = MapTransformation.FLAT, keyFormat = StringConvention.RAW)
        @Nullable Map<String, Path> models,
    @Nullable String precision,
    @Bindable(defaultValue = "cpu") String device,
    @Bindable(defaultValue = "false") boolean cudaGraphs,
    @Bindable(defaultValue = "8") int slots,
    @Nullable Integer slotCapacity,
    @Bindable(defaultValue = "4GB") @ReadableBytes long kvMemoryLimit,
    @Nullable Integer threads,
    @Bindable(defaultValue = "256") int prefillChunk,
    @Nullable Integer stepTokens,
    @Bindable(defaultValue = "32") int queueLimit,
    @Bindable(defaultValue = "64") int undeliveredLimit,
    @Bindable(defaultValue = "30s") Duration queueWait,
    @Bindable(defaultValue = "30s") Duration visualWait,
    @Bindable(defaultValue = "30s") Duration readerStall,
    @Bindable(defaultValue = "true") boolean prefixCache) {

  /**
   * What the service is started with.
   *
   * @throws IllegalArgumentException when a value is out of range
   */
  DecoderSettings toSettings() {
    return new DecoderSettings(
        models == null ? Map.of() : models,
        Optional.ofNullable(precision).map(Precision::parse),
        DeviceName.parse(device),
        cudaGraphs ? Recording.ON : Recording.OFF,
        slots,
        optional(slotCapacity),
        kvMemoryLimit,
        optional(threads),
        new SchedulerLimits(
            prefillChunk,
            stepTokens == null ? slots + tokensBeside() : stepTokens,
            queueLimit,
            undeliveredLimit,
            queueWait,
            visualWait,
            readerStall,
            prefixCache));
  }

  /** A GPU reads a whole chunk in about the time of a part. */
  private int tokensBeside() {
    boolean cpu = DeviceName.parse(device) instanceof DeviceName.Cpu;
    return cpu ? SchedulerLimits.DEFAULT_TOKENS_BESIDE : prefillChunk;
  }

  private static OptionalInt optional(@Nullable Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }
}
