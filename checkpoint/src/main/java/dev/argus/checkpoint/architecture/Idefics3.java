package dev.argus.checkpoint.architecture;

import dev.argus.checkpoint.config.CheckpointFiles;
import dev.argus.checkpoint.config.ModelConfig;
import dev.argus.checkpoint.config.Settings;
import dev.argus.checkpoint.config.TextConfig;
import dev.argus.checkpoint.config.VisionConfig;
import dev.argus.checkpoint.prompt.ImageMarkup;
import dev.argus.checkpoint.prompt.MarkupPiece;
import dev.argus.checkpoint.tiling.Filter;
import dev.argus.checkpoint.tiling.Idefics3Tiling;
import dev.argus.checkpoint.tiling.TilePlan;
import dev.argus.checkpoint.tiling.Tiling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Idefics3, the architecture of SmolVLM and SmolVLM2: SigLIP, pixel shuffle, one linear layer,
 * Llama.
 *
 * <p>Reference: transformers' {@code Idefics3Config}, {@code Idefics3ImageProcessor} and {@code
 * Idefics3Processor}. Defaults are theirs. transformers' {@code smolvlm} is the same model and the
 * same image processor under another name; its videos are not supported.
 */
public final class Idefics3 implements Architecture {
  /** Published checkpoints leave out what is so. */
  private static final Map<String, Integer> VISION_DEFAULTS =
      Map.of(
          "hidden_size",
          1152,
          "intermediate_size",
          3072,
          "num_hidden_layers",
          12,
          "num_attention_heads",
          16);

  @Override
  public List<String> modelTypes() {
    return List.of("idefics3", "smolvlm");
  }

  @Override
  public ModelConfig config(CheckpointFiles files) {
    Settings config = files.config();
    Settings text = config.object("text_config");
    return new ModelConfig(
        vision(config, new ImageProcessor(files.preprocessor())),
        TextConfig.read(text, false, config.flag("tie_word_embeddings", false)),
        config.tokenId("image_token_id"),
        files.endOfSequenceIds(),
        null);
  }

  private static VisionConfig vision(Settings config, ImageProcessor processor) {
    Settings vision = config.object("vision_config").withDefaults(VISION_DEFAULTS);
    vision.requireText("hidden_act", "gelu_pytorch_tanh");
    return VisionConfig.read(
        vision,
        config.positive("scale_factor", 2),
        processor.mean(),
        processor.standardDeviation());
  }

  @Override
  public Tiling tiling(CheckpointFiles files) {
    Settings preprocessor = files.preprocessor();
    int side = files.config().object("vision_config").positiveSquare("image_size");
    ImageProcessor.requireTile(preprocessor.object("max_image_size"), "longest_edge", side);
    return new Idefics3Tiling(
        preprocessor.object("size").positive("longest_edge"),
        side,
        preprocessor.flag("do_image_splitting", true),
        new ImageProcessor(preprocessor).filter(Filter.LANCZOS));
  }

  @Override
  public Optional<String> chatTemplate() {
    return Optional.empty();
  }

  @Override
  public VisionLayout visionLayout(Predicate<String> hasTensor) {
    return new VisionLayout.SiglipLinear(
        "model.vision_model.",
        "model.connector.modality_projection.proj.",
        ChannelOrder.PATCH_MAJOR);
  }

  @Override
  public DecoderNames decoderNames(Predicate<String> hasTensor) {
    return new DecoderNames("model.text_model.", "");
  }

  @Override
  public ImageMarkup markup() {
    return new Markup();
  }

  /**
   * Tiles row by row, each after a token that says where it is; rows end with a line break; the
   * whole picture last, after an empty line.
   */
  private record Markup() implements ImageMarkup {
    private static final String FAKE = "<fake_token_around_image>";

    @Override
    public String placeholder() {
      return "<image>";
    }

    @Override
    public List<MarkupPiece> pieces(TilePlan plan) {
      List<MarkupPiece> pieces = new ArrayList<>();
      for (int row = 1; row <= plan.rows(); row++) {
        for (int column = 1; column <= plan.columns(); column++) {
          pieces.add(new MarkupPiece.Marker(FAKE));
          pieces.add(MarkupPiece.Place.ofTile(row, column));
          pieces.add(new MarkupPiece.Tile());
        }
        pieces.add(new MarkupPiece.Break("\n"));
      }
      if (plan.rows() > 0) {
        pieces.add(new MarkupPiece.Break("\n"));
      }
      pieces.add(new MarkupPiece.Marker(FAKE));
      pieces.add(MarkupPiece.Place.WHOLE);
      pieces.add(new MarkupPiece.Tile());
      pieces.add(new MarkupPiece.Marker(FAKE));
      return pieces;
    }
  }
}
