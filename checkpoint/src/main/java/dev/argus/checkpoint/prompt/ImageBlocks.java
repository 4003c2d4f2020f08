package dev.argus.checkpoint.prompt;

import dev.argus.base.failure.InvalidInput;
import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.tiling.TilePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The token ids that stand for a picture, remembered for each shape of grid: a model knows few.
 *
 * <p>Visual tokens' places are ids from the start; only what lies between is ever tokenized.
 * Thread-safe.
 */
final class ImageBlocks {
  private final ImageMarkup markup;
  private final Tokenizer tokenizer;
  private final int imageTokenId;
  private final int visualTokens;
  private final Map<Shape, Block> blocks = new ConcurrentHashMap<>();

  /**
   * @param imageTokenId holds a visual token's place
   * @param visualTokens of one tile
   */
  ImageBlocks(ImageMarkup markup, Tokenizer tokenizer, int imageTokenId, int visualTokens) {
    this.markup = markup;
    this.tokenizer = tokenizer;
    this.imageTokenId = imageTokenId;
    this.visualTokens = visualTokens;
  }

  /**
   * What stands for one picture.
   *
   * @param spans positions count from the block's first id
   */
  @SuppressWarnings("ArrayRecordComponent") // Spliced into prompts; never compared.
  record Block(int[] tokenIds, List<VisualSpan> spans) {}

  private record Shape(int rows, int columns, TilePlan.Overview overview) {}

  /**
   * The block for a plan.
   *
   * @param field the picture's path in the request
   * @throws InvalidInput if the vocabulary has tokens for places in a grid, but not for all of this
   *     one
   * @throws ModelFault if it lacks another token that the markup needs
   */
  Block block(TilePlan plan, String field) {
    Shape shape = new Shape(plan.rows(), plan.columns(), plan.overview());
    Block known = blocks.get(shape);
    if (known != null) {
      return known;
    }
    Block made = make(plan, field);
    blocks.put(shape, made);
    return made;
  }

  private Block make(TilePlan plan, String field) {
    TokenBuffer ids = new TokenBuffer();
    List<VisualSpan> spans = new ArrayList<>();
    StringBuilder between = new StringBuilder();
    for (MarkupPiece piece : markup.pieces(plan)) {
      switch (piece) {
        case MarkupPiece.Marker marker -> {
          requireToken(marker.token());
          between.append(marker.token());
        }
        case MarkupPiece.Place place -> {
          requireTokenLikeOthers(place, plan, field);
          between.append(place.text());
        }
        case MarkupPiece.Break text -> between.append(text.text());
        case MarkupPiece.Tile _ -> {
          ids.add(tokenizer.encode(between.toString()));
          between.setLength(0);
          spans.add(new VisualSpan(ids.size(), visualTokens));
          ids.fill(imageTokenId, visualTokens);
        }
      }
    }
    ids.add(tokenizer.encode(between.toString()));
    return new Block(ids.toArray(), List.copyOf(spans));
  }

  private void requireToken(String token) {
    if (tokenizer.addedToken(token).isEmpty()) {
      throw new ModelFault("the tokenizer has no token " + token, null);
    }
  }

  private void requireTokenLikeOthers(MarkupPiece.Place place, TilePlan plan, String field) {
    boolean placesAreTokens = tokenizer.addedToken(MarkupPiece.Place.FIRST.text()).isPresent();
    if (placesAreTokens && tokenizer.addedToken(place.text()).isEmpty()) {
      throw new InvalidInput(
          field,
          "is %d x %d pixels, which needs %d x %d tiles, and the model has no token %s for them; ask for low detail"
              .formatted(
                  plan.source().width(),
                  plan.source().height(),
                  plan.rows(),
                  plan.columns(),
                  place.text()));
    }
  }
}
