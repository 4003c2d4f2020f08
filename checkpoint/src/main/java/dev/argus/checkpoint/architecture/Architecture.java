package dev.argus.checkpoint.architecture;

import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.config.CheckpointFiles;
import dev.argus.checkpoint.config.ModelConfig;
import dev.argus.checkpoint.config.Settings;
import dev.argus.checkpoint.prompt.ImageMarkup;
import dev.argus.checkpoint.tiling.Tiling;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A family of models whose checkpoints are read alike. Stateless and thread-safe.
 *
 * <p>All that Argus knows of a family is in its class: nothing else asks which family a checkpoint
 * is of. To add one, write its class and name it in {@link #ALL}; {@code docs/adding-a-model.md}
 * tells how.
 */
public interface Architecture {

  /** Every family. */
  List<Architecture> ALL = List.of(new Argus(), new Idefics3(), new InternVl(), new InternVlChat());

  /** The family that {@code model_type} in config.json names. */
  static Architecture of(Settings config) {
    String modelType =
        config.text("model_type").orElseThrow(() -> config.fault("model_type", "is missing"));
    return ALL.stream()
        .filter(architecture -> architecture.modelTypes().contains(modelType))
        .findFirst()
        .orElseThrow(() ->
            config.fault(
                "model_type",
                "is %s; known are %s"
                    .formatted(
                        modelType,
                        ALL.stream()
                            .map(Architecture::modelTypes)
                            .flatMap(List::stream)
                            .toList())));
  }

  /** What {@code model_type} its checkpoints may name, the family's own name first. */
  List<String> modelTypes();

  /**
   * The model's numbers.
   *
   * @throws ModelFault if a setting is missing, wrong, or one that Argus does not implement
   */
  ModelConfig config(CheckpointFiles files);

  /**
   * How the checkpoint cuts pictures.
   *
   * @throws ModelFault as {@link #config} does
   */
  Tiling tiling(CheckpointFiles files);

  /**
   * The chat template of a family whose checkpoints keep theirs in code; it goes before whatever
   * the checkpoint's files hold. Empty for the others.
   */
  Optional<String> chatTemplate();

  /**
   * The vision tower and the connector.
   *
   * @param hasTensor whether the checkpoint has a tensor of this name, for families whose
   *     checkpoints come under several names
   */
  VisionLayout visionLayout(Predicate<String> hasTensor);

  /**
   * Where the language model is.
   *
   * @param hasTensor as for {@link #visionLayout}
   */
  DecoderNames decoderNames(Predicate<String> hasTensor);

  /** What stands for a picture in the prompt. */
  ImageMarkup markup();
}
