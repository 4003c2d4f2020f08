package dev.argus.checkpoint.architecture;

import dev.argus.checkpoint.config.CheckpointFiles;
import dev.argus.checkpoint.config.LocationTokens;
import dev.argus.checkpoint.config.ModelConfig;
import dev.argus.checkpoint.config.Settings;
import dev.argus.checkpoint.config.TextConfig;
import dev.argus.checkpoint.config.VisionConfig;
import dev.argus.checkpoint.prompt.ImageMarkup;
import dev.argus.checkpoint.prompt.MarkupPiece;
import dev.argus.checkpoint.tiling.ClosestAspectTiling;
import dev.argus.checkpoint.tiling.Filter;
import dev.argus.checkpoint.tiling.Grid;
import dev.argus.checkpoint.tiling.TilePlan;
import dev.argus.checkpoint.tiling.Tiling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Argus's own shape: SigLIP, pixel unshuffle, one linear layer, Llama, location tokens.
 *
 * <p>Reference: {@code models/argus-tiny/training}.
 */
public final class Argus implements Architecture {

  @Override
  public List<String> modelTypes() {
    return List.of("argus");
  }

  @Override
  public ModelConfig config(CheckpointFiles files) {
    Settings config = files.config();
    TextConfig text =
        TextConfig.read(
            config.object("text_config"), false, config.flag("tie_word_embeddings", false));
    return new ModelConfig(
        vision(config, new ImageProcessor(files.preprocessor())),
        text,
        config.tokenId("image_token_id"),
        files.endOfSequenceIds(),
        locationTokens(config, text.vocabularySize()));
  }

  private static VisionConfig vision(Settings config, ImageProcessor processor) {
    Settings vision = config.object("vision_config");
    vision.requireText("hidden_act", "gelu_pytorch_tanh");
    return VisionConfig.read(
        vision,
        config.positive("scale_factor", 2),
        processor.mean(),
        processor.standardDeviation());
  }

  private static @Nullable LocationTokens locationTokens(Settings config, int vocabularySize) {
    Settings tokens = config.optionalObject("location_tokens").orElse(null);
    if (tokens == null) {
      return null;
    }
    LocationTokens range = new LocationTokens(tokens.tokenId("first_id"), tokens.positive("count"));
    if (range.firstId() > vocabularySize - range.count()) {
      throw tokens.fault("count", "goes beyond the vocabulary of " + vocabularySize);
    }
    return range;
  }

  @Override
  public Tiling tiling(CheckpointFiles files) {
    Settings preprocessor = files.preprocessor();
    ImageProcessor processor = new ImageProcessor(preprocessor);
    List<Grid> grids =
        preprocessor.positivePairs("grids").stream()
            .map(pair -> new Grid(pair.getFirst(), pair.getLast()))
            .toList();
    int imageSize = files.config().object("vision_config").positiveSquare("image_size");
    return new ClosestAspectTiling(
        processor.squareSide(imageSize),
        grids,
        preprocessor.flag("use_thumbnail", true),
        processor.filter(Filter.BICUBIC));
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
        ChannelOrder.CHANNEL_MAJOR);
  }

  @Override
  public DecoderNames decoderNames(Predicate<String> hasTensor) {
    return new DecoderNames("model.text_model.", "");
  }

  @Override
  public ImageMarkup markup() {
    return new Markup();
  }

  /** Tiles row by row, each after a token that says where it is; the whole picture last. */
  private record Markup() implements ImageMarkup {

    @Override
    public String placeholder() {
      return "<image>";
    }

    @Override
    public List<MarkupPiece> pieces(TilePlan plan) {
      List<MarkupPiece> pieces = new ArrayList<>();
      pieces.add(new MarkupPiece.Marker("<img>"));
      for (int row = 1; row <= plan.rows(); row++) {
        for (int column = 1; column <= plan.columns(); column++) {
          boolean whole = plan.tiles() == 1;
          pieces.add(whole ? MarkupPiece.Place.WHOLE : MarkupPiece.Place.ofTile(row, column));
          pieces.add(new MarkupPiece.Tile());
        }
      }
      if (plan.overview() != TilePlan.Overview.NONE) {
        pieces.add(MarkupPiece.Place.WHOLE);
        pieces.add(new MarkupPiece.Tile());
      }
      pieces.add(new MarkupPiece.Marker("</img>"));
      return pieces;
    }
  }
}
