package dev.argus.checkpoint.architecture;

import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.config.CheckpointFiles;
import dev.argus.checkpoint.config.ModelConfig;
import dev.argus.checkpoint.config.Settings;
import dev.argus.checkpoint.prompt.ImageMarkup;
import dev.argus.checkpoint.tiling.Tiling;
import java.util.List;
import java.util.Optional;

/**
 * A family of models whose checkpoints are read alike. Stateless and thread-safe.
 *
 * <p>Sealed: whoever treats the families differently (the graphs do) has one exhaustive switch. To
 * add a family, write its class and name it here and in {@link #ALL}.
 */
public sealed interface Architecture permits Argus, Idefics3, InternVl, InternVlChat {

  /** Every family. */
  List<Architecture> ALL = List.of(new Argus(), new Idefics3(), new InternVl(), new InternVlChat());

  /** The family that {@code model_type} in config.json names. */
  static Architecture of(Settings config) {
    String modelType =
        config.text("model_type").orElseThrow(() -> config.fault("model_type", "is missing"));
    return ALL.stream()
        .filter(architecture -> architecture.modelType().equals(modelType))
        .findFirst()
        .orElseThrow(() ->
            config.fault(
                "model_type",
                "is %s; known are %s"
                    .formatted(modelType, ALL.stream().map(Architecture::modelType).toList())));
  }

  /** The {@code model_type} of its checkpoints. */
  String modelType();

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

  /** What stands for a picture in the prompt. */
  ImageMarkup markup();
}
