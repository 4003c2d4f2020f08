package dev.argus.checkpoint;

import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.architecture.Architecture;
import dev.argus.checkpoint.config.CheckpointFiles;
import dev.argus.checkpoint.config.LocationTokens;
import dev.argus.checkpoint.config.ModelConfig;
import dev.argus.checkpoint.prompt.ChatTemplate;
import dev.argus.checkpoint.prompt.PromptBuilder;
import dev.argus.checkpoint.prompt.Tokenizer;
import dev.argus.checkpoint.tiling.Tiling;
import dev.argus.checkpoint.weights.Weights;
import java.nio.file.Path;

/**
 * A checkpoint directory in Hugging Face's layout.
 *
 * <p>Opening reads the settings; all else is read when first asked for, so that each stage pays for
 * what it uses. Thread-safe. Holds no session; the tokenizer's and the weights' memory lives as
 * long as the object. Every method throws {@link ModelFault}, which names the file and the key,
 * where the directory turns out to be broken.
 */
public final class Checkpoint {
  private final CheckpointFiles files;
  private final Architecture architecture;
  private final ModelConfig config;
  private final Tiling tiling;
  private final Lazy<Tokenizer> tokenizer = new Lazy<>(this::openTokenizer);
  private final Lazy<ChatTemplate> template = new Lazy<>(this::parseTemplate);
  private final Lazy<PromptBuilder> prompts = new Lazy<>(this::makePrompts);
  private final Lazy<Weights> weights = new Lazy<>(this::openWeights);
  private final Lazy<String> fingerprint = new Lazy<>(this::computeFingerprint);

  private Checkpoint(CheckpointFiles files) {
    this.files = files;
    this.architecture = Architecture.of(files.config());
    this.config = architecture.config(files);
    this.tiling = architecture.tiling(files);
  }

  /**
   * Opens a checkpoint.
   *
   * @throws ModelFault if the directory is not one, or is of an architecture that is not known
   */
  public static Checkpoint open(Path directory) {
    return new Checkpoint(CheckpointFiles.read(directory));
  }

  /** Where it lies. */
  public Path directory() {
    return files.directory();
  }

  /** The model's numbers. */
  public ModelConfig config() {
    return config;
  }

  /** The family it belongs to. */
  public Architecture architecture() {
    return architecture;
  }

  /** How it cuts pictures. */
  public Tiling tiling() {
    return tiling;
  }

  /** How conversations become prompts. */
  public PromptBuilder prompts() {
    return prompts.get();
  }

  /** Its chat template, or that of its family where the family keeps it in code. */
  public ChatTemplate chatTemplate() {
    return template.get();
  }

  /** Its tokenizer. Location tokens are shown in answers, other special tokens are not. */
  public Tokenizer tokenizer() {
    return tokenizer.get();
  }

  /** Its weights, memory-mapped. */
  public Weights weights() {
    return weights.get();
  }

  /**
   * SHA-256 over everything that decides what the model answers: settings, tokenizer, chat template
   * and weights. 64 lower-case hexadecimal digits. Two stages with the same fingerprint may
   * exchange tensors.
   */
  public String fingerprint() {
    return fingerprint.get();
  }

  private Tokenizer openTokenizer() {
    LocationTokens locations = config.locationTokens();
    return Tokenizer.open(
        directory().resolve("tokenizer.json"), id -> locations != null && locations.contains(id));
  }

  private ChatTemplate parseTemplate() {
    return new ChatTemplate(
        architecture.chatTemplate().orElseGet(() -> ChatTemplateFile.read(directory())),
        ChatTemplateFile.specialTokens(files.tokenizer()));
  }

  private PromptBuilder makePrompts() {
    return new PromptBuilder(chatTemplate(), tokenizer(), tiling, architecture.markup(), config);
  }

  private Weights openWeights() {
    return Weights.open(directory());
  }

  private String computeFingerprint() {
    return Fingerprint.of(directory());
  }
}
