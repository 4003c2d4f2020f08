package dev.argus.checkpoint.random;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A model whose checkpoints can be made: all but the numbers.
 *
 * @param settings contents of the checkpoint's small files by name, the tokenizer's vocabulary
 *     excepted
 * @param tokenizer its tokenizer
 * @param layout what tensors it has
 */
record Blueprint(SortedMap<String, String> settings, TokenizerPlan tokenizer, TensorLayout layout) {
  private static final List<String> FILES =
      List.of(
          "chat_template.jinja",
          "chat_template.json",
          "config.json",
          "generation_config.json",
          "preprocessor_config.json",
          "processor_config.json",
          "special_tokens_map.json",
          "tokenizer_config.json");

  /**
   * A model whose settings are among this package's files.
   *
   * @param folders where they are; a file of a later folder goes before one of an earlier
   */
  static Blueprint of(TokenizerPlan tokenizer, TensorLayout layout, String... folders) {
    SortedMap<String, String> settings = new TreeMap<>();
    for (String folder : folders) {
      for (String file : FILES) {
        byte[] content = Resources.bytesIfPresent(folder + "/" + file);
        if (content != null) {
          settings.put(file, new String(content, StandardCharsets.UTF_8));
        }
      }
    }
    return new Blueprint(settings, tokenizer, layout);
  }

  /** The same with other contents of some files. */
  Blueprint with(Map<String, String> files) {
    SortedMap<String, String> changed = new TreeMap<>(settings);
    changed.putAll(files);
    return new Blueprint(changed, tokenizer, layout);
  }

  /** The same with another tokenizer. */
  Blueprint with(TokenizerPlan another) {
    return new Blueprint(settings, another, layout);
  }
}
