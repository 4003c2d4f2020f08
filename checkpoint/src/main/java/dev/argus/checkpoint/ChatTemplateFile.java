package dev.argus.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds a checkpoint's chat template where transformers looks for it, in its order: {@code
 * chat_template.jinja}, {@code chat_template.json}, {@code tokenizer_config.json}.
 */
final class ChatTemplateFile {
  private static final List<String> SPECIAL_TOKENS =
      List.of("bos_token", "eos_token", "pad_token", "unk_token");

  private ChatTemplateFile() {}

  /**
   * The template's source.
   *
   * @throws ModelFault if there is none
   */
  static String read(Path directory) {
    return jinja(directory.resolve("chat_template.jinja"))
        .or(() -> json(directory.resolve("chat_template.json")))
        .or(() -> json(directory.resolve("tokenizer_config.json")))
        .orElseThrow(() -> new ModelFault("no chat template in " + directory, null));
  }

  /** The special tokens that templates may write, by the name of their variable. */
  static Map<String, String> specialTokens(Optional<Settings> tokenizerConfig) {
    Map<String, String> tokens = new HashMap<>();
    for (String name : SPECIAL_TOKENS) {
      tokenizerConfig
          .flatMap(settings -> settings.json(name))
          .map(token -> token.isObject() ? token.path("content") : token)
          .ifPresent(token -> tokens.put(name, token.asText()));
    }
    return tokens;
  }

  private static Optional<String> jinja(Path file) {
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(file));
    } catch (IOException e) {
      throw new ModelFault(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static Optional<String> json(Path file) {
    return Settings.readIfPresent(file)
        .flatMap(settings -> settings.json("chat_template"))
        .flatMap(ChatTemplateFile::defaultTemplate);
  }

  /** Several templates are a list of names and templates, of which one is the default. */
  private static Optional<String> defaultTemplate(JsonNode template) {
    if (!template.isArray()) {
      return Optional.of(template.asText());
    }
    for (JsonNode named : template) {
      if (named.path("name").asText().equals("default")) {
        return Optional.of(named.path("template").asText());
      }
    }
    return Optional.empty();
  }
}
