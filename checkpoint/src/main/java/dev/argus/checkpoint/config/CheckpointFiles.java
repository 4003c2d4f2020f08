package dev.argus.checkpoint.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.argus.base.failure.ModelFault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The JSON files of a checkpoint directory that hold settings, in Hugging Face's layout.
 *
 * @param directory the checkpoint
 * @param config {@code config.json}
 * @param preprocessor {@code preprocessor_config.json}, or the {@code image_processor} of {@code
 *     processor_config.json}, which newer checkpoints have instead
 * @param generation {@code generation_config.json}
 * @param tokenizer {@code tokenizer_config.json}
 */
public record CheckpointFiles(
    Path directory,
    Settings config,
    Settings preprocessor,
    Optional<Settings> generation,
    Optional<Settings> tokenizer) {

  /**
   * Reads them.
   *
   * @throws ModelFault if one that is needed is missing, or any is broken
   */
  public static CheckpointFiles read(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new ModelFault(directory + " is not a directory", null);
    }
    return new CheckpointFiles(
        directory,
        Settings.read(directory.resolve("config.json")),
        preprocessor(directory),
        Settings.readIfPresent(directory.resolve("generation_config.json")),
        Settings.readIfPresent(directory.resolve("tokenizer_config.json")));
  }

  private static Settings preprocessor(Path directory) {
    Path file = directory.resolve("preprocessor_config.json");
    return Settings.readIfPresent(file)
        .or(() ->
            Settings.readIfPresent(directory.resolve("processor_config.json"))
                .flatMap(processor -> processor.optionalObject("image_processor")))
        .orElseThrow(() -> new ModelFault(file + " is missing or not readable", null));
  }

  /**
   * The ids that end an answer: as the generation settings say, else the model's, else the
   * tokenizer's.
   */
  public Set<Integer> endOfSequenceIds() {
    List<Integer> ids =
        generation.map(settings -> settings.tokenIds("eos_token_id")).orElse(List.of());
    if (ids.isEmpty()) {
      ids = config.tokenIds("eos_token_id");
    }
    if (ids.isEmpty()) {
      ids =
          config
              .optionalObject("text_config")
              .map(text -> text.tokenIds("eos_token_id"))
              .orElse(List.of());
    }
    if (ids.isEmpty()) {
      ids = tokenizer.flatMap(this::endOfSequenceToken).map(List::of).orElse(List.of());
    }
    if (ids.isEmpty()) {
      throw config.fault("eos_token_id", "is missing here and in generation_config.json");
    }
    return Set.copyOf(new LinkedHashSet<>(ids));
  }

  private Optional<Integer> endOfSequenceToken(Settings tokenizerConfig) {
    return tokenizerConfig
        .json("eos_token")
        .map(token -> token.isObject() ? token.path("content") : token)
        .flatMap(token -> addedTokenId(token.asText()));
  }

  /** The id of a token that {@code tokenizer.json} adds to its vocabulary, if it does. */
  public Optional<Integer> addedTokenId(String content) {
    Settings vocabulary = Settings.read(directory.resolve("tokenizer.json"));
    for (JsonNode token : vocabulary.json("added_tokens").orElseGet(MissingNode::getInstance)) {
      if (token.path("content").asText().equals(content)) {
        return Optional.of(token.path("id").asInt());
      }
    }
    return Optional.empty();
  }
}
