package dev.argus.preprocess.app;

import dev.argus.preprocess.PreprocessSettings;
import dev.argus.preprocess.core.Parallelism;
import dev.argus.preprocess.core.PreprocessLimits;
import dev.argus.preprocess.core.PreprocessRecipe;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.convert.format.MapFormat;
import io.micronaut.core.convert.format.MapFormat.MapTransformation;
import io.micronaut.core.convert.format.ReadableBytes;
import io.micronaut.core.naming.conventions.StringConvention;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys {@code argus.preprocess.*}. Sizes in bytes may have a unit, such as {@code 20MB} (of
 * 1024 KB).
 *
 * @param models {@code models.<name>} is the checkpoint directory of the model of that name; at
 *     least one
 * @param maxMessages turns of a conversation
 * @param maxParts texts and pictures of one turn
 * @param maxImages pictures of a conversation
 * @param maxTextBytes UTF-8 bytes of all texts of a conversation
 * @param maxImageBytes bytes of one image file
 * @param maxImagePixels pixels of one picture
 * @param maxImageEdge longest edge of a picture, in pixels
 * @param threads that decode, resize and tokenize; unset: one for each processor
 * @param maxRequests requests in progress; more are refused. Unset: 16 for each processor
 * @param picturesAhead pictures of one request that are decoded while an earlier one is cut
 * @param pictureMemory bytes that decoded pictures may take, all requests together; unset: half of
 *     the heap
 * @param longestWait for that memory
 * @param retryAfter what a refused caller is told to wait
 * @param recipes what makes it fast, by the names of {@link PreprocessRecipe}; unset: all of them.
 *     The tiles are the same either way
 * @param stallLimit how long a reader may take nothing before it is given up
 */
@Requires(property = "argus.stage", value = "preprocess")
@ConfigurationProperties("argus.preprocess")
record PreprocessConfiguration(
    @MapFormat(transformation = MapTransformation.FLAT, keyFormat = StringConvention.RAW)
        @Nullable Map<String, Path> models,
    @Bindable(defaultValue = "256") int maxMessages,
    @Bindable(defaultValue = "64") int maxParts,
    @Bindable(defaultValue = "32") int maxImages,
    @Bindable(defaultValue = "1MB") @ReadableBytes int maxTextBytes,
    @Bindable(defaultValue = "20MB") @ReadableBytes int maxImageBytes,
    @Bindable(defaultValue = "64000000") long maxImagePixels,
    @Bindable(defaultValue = "32768") int maxImageEdge,
    @Nullable Integer threads,
    @Nullable Integer maxRequests,
    @Bindable(defaultValue = "1") int picturesAhead,
    @Nullable @ReadableBytes Long pictureMemory,
    @Bindable(defaultValue = "30s") Duration longestWait,
    @Bindable(defaultValue = "1s") Duration retryAfter,
    @Nullable Set<PreprocessRecipe> recipes,
    @Bindable(defaultValue = "30s") Duration stallLimit) {

  /**
   * What the service is started with.
   *
   * @throws IllegalArgumentException when a value is out of range
   */
  PreprocessSettings toSettings() {
    return new PreprocessSettings(
        models == null ? Map.of() : models,
        limits(),
        parallelism(),
        recipes == null ? EnumSet.allOf(PreprocessRecipe.class) : recipes,
        stallLimit);
  }

  private PreprocessLimits limits() {
    return new PreprocessLimits(
        maxMessages,
        maxParts,
        maxImages,
        maxTextBytes,
        maxImageBytes,
        maxImagePixels,
        maxImageEdge);
  }

  private Parallelism parallelism() {
    Parallelism defaults = Parallelism.defaults();
    return new Parallelism(
        threads == null ? defaults.threads() : threads,
        maxRequests == null ? defaults.requests() : maxRequests,
        picturesAhead,
        pictureMemory == null ? defaults.pixelBytes() : pictureMemory,
        longestWait,
        retryAfter);
  }
}
