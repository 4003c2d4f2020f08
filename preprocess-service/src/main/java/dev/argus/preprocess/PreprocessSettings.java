package dev.argus.preprocess;

import dev.argus.preprocess.core.Parallelism;
import dev.argus.preprocess.core.PreprocessLimits;
import dev.argus.preprocess.core.PreprocessRecipe;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * What the preprocessing service is started with.
 *
 * @param models checkpoint directories by the names that requests use; at least one
 * @param limits what a conversation may hold
 * @param parallelism how much is done at once
 * @param recipes what makes it fast
 * @param stallLimit how long a reader may take nothing before it is given up
 */
public record PreprocessSettings(
    Map<String, Path> models,
    PreprocessLimits limits,
    Parallelism parallelism,
    Set<PreprocessRecipe> recipes,
    Duration stallLimit) {

  public PreprocessSettings {
    models = Map.copyOf(models);
    recipes = Set.copyOf(recipes);
    if (models.isEmpty()) {
      throw new IllegalArgumentException("models must name at least one checkpoint directory");
    }
    if (!stallLimit.isPositive()) {
      throw new IllegalArgumentException("stallLimit must be positive");
    }
  }

  /** The defaults of its parts, all recipes, and a stall limit of 30 seconds. */
  public static PreprocessSettings defaults(Map<String, Path> models) {
    return new PreprocessSettings(
        models,
        PreprocessLimits.defaults(),
        Parallelism.defaults(),
        EnumSet.allOf(PreprocessRecipe.class),
        Duration.ofSeconds(30));
  }

  /** The same with other limits. */
  public PreprocessSettings withLimits(PreprocessLimits newLimits) {
    return new PreprocessSettings(models, newLimits, parallelism, recipes, stallLimit);
  }

  /** The same with another parallelism. */
  public PreprocessSettings withParallelism(Parallelism newParallelism) {
    return new PreprocessSettings(models, limits, newParallelism, recipes, stallLimit);
  }

  /** The same with other recipes. */
  public PreprocessSettings withRecipes(Set<PreprocessRecipe> newRecipes) {
    return new PreprocessSettings(models, limits, parallelism, newRecipes, stallLimit);
  }

  /** The same with another stall limit. */
  public PreprocessSettings withStallLimit(Duration newStallLimit) {
    return new PreprocessSettings(models, limits, parallelism, recipes, newStallLimit);
  }
}
