package dev.argus.checkpoint.architecture;

import dev.argus.checkpoint.config.CheckpointFiles;
import dev.argus.checkpoint.config.ModelConfig;
import dev.argus.checkpoint.config.Settings;
import dev.argus.checkpoint.config.TextConfig;
import dev.argus.checkpoint.config.VisionConfig;
import dev.argus.checkpoint.prompt.ImageMarkup;
import dev.argus.checkpoint.prompt.MarkupPiece;
import dev.argus.checkpoint.tiling.ClosestRatioTiling;
import dev.argus.checkpoint.tiling.Filter;
import dev.argus.checkpoint.tiling.TilePlan;
import dev.argus.checkpoint.tiling.Tiling;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * InternVL3 in transformers' own layout: InternViT, pixel shuffle, an MLP, Qwen2.
 *
 * <p>Reference: transformers' {@code InternVLConfig}, {@code GotOcr2ImageProcessor} and {@code
 * InternVLProcessor}. Defaults are theirs; as the processor does, pictures are cut into tiles
 * although the image processor's own {@code crop_to_patches} is false.
 */
public final class InternVl implements Architecture {

  @Override
  public String modelType() {
    return "internvl";
  }

  @Override
  public ModelConfig config(CheckpointFiles files) {
    Settings config = files.config();
    Settings text = config.object("text_config");
    return new ModelConfig(
        vision(config, new ImageProcessor(files.preprocessor())),
        TextConfig.read(text, true, config.flag("tie_word_embeddings", false)),
        config.tokenId("image_token_id"),
        files.endOfSequenceIds(),
        null);
  }

  private static VisionConfig vision(Settings config, ImageProcessor processor) {
    Settings vision = config.object("vision_config");
    return new VisionConfig(
        vision.positive("hidden_size"),
        vision.positive("intermediate_size"),
        vision.positive("num_hidden_layers"),
        vision.positive("num_attention_heads"),
        vision.positiveSquare("image_size"),
        vision.positiveSquare("patch_size"),
        vision.number("layer_norm_eps", 1e-6),
        scaleFactor(config),
        processor.mean(),
        processor.standardDeviation());
  }

  private static int scaleFactor(Settings config) {
    double ratio = config.number("downsample_ratio", 0.5);
    int factor = (int) Math.round(1 / ratio);
    if (ratio <= 0 || factor * ratio != 1) {
      throw config.fault("downsample_ratio", "should be 1, 1/2, 1/4 or so, not " + ratio);
    }
    return factor;
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
  public ImageMarkup markup() {
    return new Markup();
  }

  /** All tiles in one run. */
  private record Markup() implements ImageMarkup {

    @Override
    public String placeholder() {
      return "<IMG_CONTEXT>";
    }

    @Override
    public List<MarkupPiece> pieces(TilePlan plan) {
      List<MarkupPiece> pieces = new ArrayList<>();
      pieces.add(new MarkupPiece.Marker("<img>"));
      pieces.addAll(Collections.nCopies(plan.tiles(), new MarkupPiece.Tile()));
      pieces.add(new MarkupPiece.Marker("</img>"));
      return pieces;
    }
  }
}
