package dev.argus.bench.recipes;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A server with some of the recipes.
 *
 * @param label for people
 * @param on the recipes that are there
 */
record Step(String label, Set<Recipe> on) {
  private static final Set<Recipe> NEED_AN_EXPORT =
      EnumSet.of(Recipe.UINT8, Recipe.FUSED_VISION, Recipe.FUSED_DECODER);

  Step {
    on = Set.copyOf(on);
  }

  /**
   * From none of them to all, one more at a time.
   *
   * @param exported whether there is a standard export of the checkpoint; without one, Argus's own
   *     graphs are there from the beginning, and with them what they take
   * @param otherPrecision whether the best precision is another than float32
   */
  static List<Step> all(boolean exported, boolean otherPrecision) {
    EnumSet<Recipe> left = EnumSet.allOf(Recipe.class);
    EnumSet<Recipe> on = EnumSet.noneOf(Recipe.class);
    if (!exported) {
      on.addAll(NEED_AN_EXPORT);
    }
    left.removeAll(on);
    if (!otherPrecision) {
      left.remove(Recipe.PRECISION);
    }
    List<Step> steps = new ArrayList<>(List.of(new Step("default", on)));
    for (Recipe recipe : left) {
      on.add(recipe);
      steps.add(new Step("+ " + recipe.label(), on));
    }
    return steps;
  }

  boolean has(Recipe recipe) {
    return on.contains(recipe);
  }

  /** Whether the question is asked a second time, so that caches know the picture. */
  boolean warm() {
    return has(Recipe.FEATURE_CACHE) || has(Recipe.PREFIX_CACHE);
  }

  /** The recipes on which these depend that are among some. */
  Set<Recipe> among(Set<Recipe> some) {
    EnumSet<Recipe> both = EnumSet.noneOf(Recipe.class);
    some.stream().filter(this::has).forEach(both::add);
    return both;
  }
}
