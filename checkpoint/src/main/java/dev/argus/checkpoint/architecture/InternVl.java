package dev.argus.checkpoint.architecture;

import dev.argus.checkpoint.config.CheckpointFiles;
import dev.argus.checkpoint.config.ModelConfig;
import dev.argus.checkpoint.config.Settings;
import dev.argus.checkpoint.config.VisionConfig;
import dev.argus.checkpoint.prompt.ImageMarkup;
import dev.argus.checkpoint.tiling.ClosestRatioTiling;
import dev.argus.checkpoint.tiling.Filter;
import dev.argus.checkpoint.tiling.Tiling;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * InternVL3 in transformers' own layout: InternViT, pixel shuffle, an MLP, Qwen2.
 *
 * <p>Reference: transformers' {@code InternVLConfig}, {@code GotOcr2ImageProcessor} and {@code
 * InternVLProcessor}. Defaults are theirs; as the processor does, pictures are cut into tiles
 * although the image processor's own {@code crop_to_patches} is false.
 */
public final class InternVl implements Architecture {

  @Override
  public List<String> modelTypes() {
    return List.of("internvl");
  }

  @Override
  public ModelConfig config(CheckpointFiles files) {
    Settings config = files.config();
    return new ModelConfig(
        vision(config, new ImageProcessor(files.preprocessor())),
        InternVlSettings.text(
            config.object("text_config"), config.flag("tie_word_embeddings", false)),
        config.tokenId("image_token_id"),
        files.endOfSequenceIds(),
        null);
  }

  private static VisionConfig vision(Settings config, ImageProcessor processor) {
    Settings vision = config.object("vision_config");
    vision.requireFlag("attention_bias", true, false);
    vision.requireFlag("use_qk_norm", false, false);
    vision.requireFlag("use_absolute_position_embeddings", true, true);
    vision.requireFlag("use_mean_pooling", true, true);
    vision.requireText("norm_type", "layer_norm");
    config.requireNumber("vision_feature_layer", -1);
    config.requireText("vision_feature_select_strategy", "default");
    config.requireText("projector_hidden_act", "gelu");
    return InternVlSettings.vision(config, processor);
  }

  @Override
  public Tiling tiling(CheckpointFiles files) {
    Settings preprocessor = files.preprocessor();
    ImageProcessor processor = new ImageProcessor(preprocessor);
    int minPatches = preprocessor.positive("min_patches", 1);
    int maxPatches = preprocessor.positive("max_patches", 12);
    if (maxPatches < minPatches) {
      throw preprocessor.fault("max_patches", "is less than min_patches");
    }
    int imageSize = files.config().object("vision_config").positiveSquare("image_size");
    return new ClosestRatioTiling(
        processor.squareSide(imageSize),
        minPatches,
        maxPatches,
        true,
        processor.filter(Filter.BICUBIC));
  }

  @Override
  public Optional<String> chatTemplate() {
    return Optional.empty();
  }

  @Override
  public VisionLayout visionLayout(Predicate<String> hasTensor) {
    return new VisionLayout.InternVitMlp(InternVlNames.transformers(hasTensor));
  }

  @Override
  public DecoderNames decoderNames(Predicate<String> hasTensor) {
    return InternVlNames.transformers(hasTensor).decoder();
  }

  @Override
  public ImageMarkup markup() {
    return new InternVlMarkup();
  }
}
