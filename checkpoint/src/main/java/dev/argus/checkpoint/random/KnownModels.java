package dev.argus.checkpoint.random;

import dev.argus.base.failure.InvalidInput;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The models that can be made, by the names that users give them. */
final class KnownModels {
  private static final int LOCATIONS = 1024;
  private static final int TINY_TOKENS = 1000;

  private static final Map<String, Supplier<Blueprint>> BLUEPRINTS =
      new TreeMap<>(
          Map.of(
              "argus-256m",
              () -> siglipLlama(PublishedTokenizers.argus(LOCATIONS), "argus-256m"),
              "smolvlm-256m",
              () -> siglipLlama(PublishedTokenizers.smolVlm(), "smolvlm", "smolvlm-256m"),
              "smolvlm-500m",
              () -> siglipLlama(PublishedTokenizers.smolVlm(), "smolvlm", "smolvlm-500m"),
              "smolvlm-2.2b",
              () -> siglipLlama(PublishedTokenizers.smolVlm2B(), "smolvlm", "smolvlm-2.2b"),
              "smolvlm-tiny",
              () -> siglipLlama(PublishedTokenizers.tiny(TINY_TOKENS), "smolvlm", "smolvlm-tiny"),
              "internvl3-2b",
              () ->
                  Blueprint.of(
                      PublishedTokenizers.internVl3(),
                      TensorLayout.INTERN_VIT_QWEN2,
                      "internvl3-2b")));

  private KnownModels() {}

  /** Their names, sorted. */
  static List<String> names() {
    return List.copyOf(BLUEPRINTS.keySet());
  }

  /**
   * The model of this name.
   *
   * @throws InvalidInput if there is none
   */
  static Blueprint named(String name) {
    Supplier<Blueprint> blueprint = BLUEPRINTS.get(name);
    if (blueprint == null) {
      throw new InvalidInput(
          "arch", "is %s; known are %s".formatted(name, String.join(", ", names())));
    }
    return blueprint.get();
  }

  private static Blueprint siglipLlama(TokenizerPlan tokenizer, String... folders) {
    return Blueprint.of(tokenizer, TensorLayout.SIGLIP_LLAMA, folders);
  }
}
