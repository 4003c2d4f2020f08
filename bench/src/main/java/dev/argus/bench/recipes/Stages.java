package dev.argus.bench.recipes;

import dev.argus.base.resource.OpenResources;
import dev.argus.bench.measure.Patience;
import dev.argus.checkpoint.Checkpoints;
import dev.argus.gateway.GatewaySettings;
import dev.argus.preprocess.PreprocessSettings;
import dev.argus.preprocess.PreprocessStage;
import dev.argus.preprocess.core.PreprocessRecipe;
import dev.argus.service.server.InProcessServer;
import dev.argus.service.telemetry.Telemetry;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The stages of any step, in this process, connected as a server connects them. Preprocessing stays
 * open once it was asked for, since its threads and memory are to be warm; models are closed when a
 * step needs others. Used by one thread.
 */
final class Stages implements AutoCloseable {
  private static final Set<Recipe> PREPROCESS =
      EnumSet.of(
          Recipe.TURBO_JPEG,
          Recipe.ONE_PASS,
          Recipe.PARALLEL_BLOCKS,
          Recipe.EARLY_BLOCKS,
          Recipe.LAYOUT,
          Recipe.FUSED_DECODER); // Which decides whose fingerprint tensors bear.

  private final Subject subject;
  private final OpenResources resources = new OpenResources();
  private final Map<Set<Recipe>, String> preprocess = new HashMap<>();
  private @Nullable Models models;
  private Set<Recipe> modelRecipes = Set.of();

  Stages(Subject subject) {
    this.subject = subject;
  }

  /**
   * Loads the models of a step, unless they are those of the last one.
   *
   * @return whether they were loaded
   */
  boolean prepare(Step step) {
    Set<Recipe> wanted = step.among(Models.RECIPES);
    if (models != null && wanted.equals(modelRecipes)) {
      return false;
    }
    closeModels();
    models = Models.open(subject, step);
    modelRecipes = wanted;
    return true;
  }

  /** Opens the gateway of a step, which was prepared; closed by the caller. */
  Desk open(Step step) {
    Models served = models;
    if (served == null) {
      throw new IllegalStateException("no step was prepared");
    }
    return Desk.open(
        Patience.of(
                GatewaySettings.defaults(
                    List.of(Subject.NAME), preprocess(step), served.encoder(), served.decoder()))
            .withOverlap(step.has(Recipe.OVERLAP)),
        served);
  }

  private String preprocess(Step step) {
    return preprocess.computeIfAbsent(step.among(PREPROCESS), _ -> startPreprocess(step));
  }

  private String startPreprocess(Step step) {
    EnumSet<PreprocessRecipe> recipes = EnumSet.noneOf(PreprocessRecipe.class);
    for (PreprocessRecipe recipe : PreprocessRecipe.values()) {
      if (step.has(Recipe.valueOf(recipe.name()))) {
        recipes.add(recipe);
      }
    }
    PreprocessSettings settings =
        PreprocessSettings.defaults(Map.of(Subject.NAME, subject.served(step)))
            .withRecipes(recipes)
            .withStallLimit(Patience.LIMIT);
    PreprocessStage stage =
        resources.add(
            step.has(Recipe.LAYOUT)
                ? PreprocessStage.open(settings, Telemetry.off())
                : PreprocessStage.open(
                    settings,
                    Telemetry.off(),
                    new Checkpoints(),
                    checkpoint -> new WrittenOutPrompts(checkpoint)::build));
    return resources
        .add(InProcessServer.start("preprocess-" + UUID.randomUUID(), stage, Telemetry.off()))
        .target();
  }

  private void closeModels() {
    if (models != null) {
      models.close();
      models = null;
    }
  }

  @Override
  public void close() {
    closeModels();
    resources.close();
  }
}
