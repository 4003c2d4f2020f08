package dev.argus.decoder.core.region;

import dev.argus.checkpoint.config.LocationTokens;
import dev.argus.checkpoint.config.ModelConfig;
import dev.argus.checkpoint.prompt.Tokenizer;
import dev.argus.decoder.core.grammar.syntax.Expression;
import dev.argus.decoder.core.grammar.syntax.RegionText;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** How a model writes regions. Immutable. */
public sealed interface RegionDialect {

  /** What can be written, over {@link #markers}. */
  Expression grammar();

  /** The tokens that are part of it and of no text, by their numbers in the grammar. */
  int[] markers();

  /**
   * Reads an answer.
   *
   * @param bytes the UTF-8 bytes of a token
   */
  RegionReader reader(IntFunction<byte[]> bytes);

  /**
   * The dialect of a checkpoint: location tokens where its settings name them; labels and boxes
   * between tags where its vocabulary has them; else JSON.
   */
  static RegionDialect of(ModelConfig config, Tokenizer tokenizer) {
    if (config.locationTokens() != null) {
      return new Locations(config.locationTokens());
    }
    return References.of(tokenizer, List.of("<ref>", "</ref>", "<box>", "</box>"))
        .or(() ->
            References.of(
                tokenizer,
                List.of(
                    "<|object_ref_start|>", "<|object_ref_end|>", "<|box_start|>", "<|box_end|>")))
        .map(RegionDialect.class::cast)
        .orElseGet(Json::new);
  }

  /** {@code a cat<loc_1><loc_2><loc_3><loc_4>; a dog...}: each location is a token. */
  record Locations(LocationTokens tokens) implements RegionDialect {
    @Override
    public Expression grammar() {
      return RegionText.locations(tokens.count());
    }

    @Override
    public int[] markers() {
      return IntStream.range(tokens.firstId(), tokens.firstId() + tokens.count()).toArray();
    }

    @Override
    public RegionReader reader(IntFunction<byte[]> bytes) {
      return new LocationReader(tokens, bytes);
    }
  }

  /**
   * {@code <ref>a cat</ref><box>[[10, 20, 30, 40]]</box>}, in thousandths of the picture.
   *
   * @param label the tag before a label
   * @param labelEnd the tag after it
   * @param box the tag before its boxes
   * @param boxEnd the tag after them
   */
  record References(int label, int labelEnd, int box, int boxEnd) implements RegionDialect {

    private static Optional<References> of(Tokenizer tokenizer, List<String> tags) {
      List<OptionalInt> ids = tags.stream().map(tokenizer::addedToken).toList();
      return ids.stream().allMatch(OptionalInt::isPresent)
          ? Optional.of(
              new References(
                  ids.get(0).getAsInt(),
                  ids.get(1).getAsInt(),
                  ids.get(2).getAsInt(),
                  ids.get(3).getAsInt()))
          : Optional.empty();
    }

    @Override
    public Expression grammar() {
      return RegionText.references();
    }

    @Override
    public int[] markers() {
      return new int[] {label, labelEnd, box, boxEnd};
    }

    @Override
    public RegionReader reader(IntFunction<byte[]> bytes) {
      return new ReferenceReader(this, bytes);
    }
  }

  /** {@code [{"bbox_2d": [10, 20, 30, 40], "label": "a cat"}]}, in thousandths of the picture. */
  record Json() implements RegionDialect {
    @Override
    public Expression grammar() {
      return RegionText.json();
    }

    @Override
    public int[] markers() {
      return new int[0];
    }

    @Override
    public RegionReader reader(IntFunction<byte[]> bytes) {
      return new JsonReader(bytes);
    }
  }
}
