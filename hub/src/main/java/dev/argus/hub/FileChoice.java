package dev.argus.hub;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which files of a repository Argus reads. Chosen are names from a closed list of forms, none of
 * which leads out of the checkpoint's directory, and none of which is a pickle or code.
 */
public sealed interface FileChoice permits SafetensorsFiles, OnnxFiles {

  /** Settings, tokenizer and chat template, in the checkpoint's own folder. */
  Pattern SETTINGS =
      Pattern.compile(
          "(config|generation_config|preprocessor_config|processor_config|tokenizer"
              + "|tokenizer_config|special_tokens_map|added_tokens|vocab|chat_template"
              + "|model\\.safetensors\\.index)\\.json|merges\\.txt|chat_template\\.jinja");

  /** The weights as the model's authors publish them. */
  static FileChoice safetensors() {
    return new SafetensorsFiles();
  }

  /**
   * The graphs of an ONNX export for transformers.js.
   *
   * @param variant the end of the graphs' names without the underscore, such as {@code q4} or
   *     {@code fp16}; empty for the unquantised graphs
   */
  static FileChoice onnx(String variant) {
    return new OnnxFiles(variant);
  }

  /** A word for the choice, by which an import is compared with an earlier one. */
  String label();

  /**
   * The files to have first, which are small.
   *
   * @param names all names of the repository
   * @throws HubException if the repository holds no checkpoint that Argus can read this way
   */
  NavigableSet<String> settings(NavigableSet<String> names) throws HubException;

  /**
   * The files to have then.
   *
   * @param settings where the first ones are
   */
  NavigableSet<String> weights(NavigableSet<String> names, Path settings) throws IOException;

  /** The settings among some names. */
  static NavigableSet<String> settingsAmong(NavigableSet<String> names) throws HubException {
    for (String needed : List.of("config.json", "tokenizer.json")) {
      if (!names.contains(needed)) {
        throw new HubException(
            "there is no %s: not a model in Hugging Face's own layout".formatted(needed));
      }
    }
    NavigableSet<String> settings = new TreeSet<>(names);
    settings.removeIf(name -> !SETTINGS.matcher(name).matches());
    return settings;
  }
}
