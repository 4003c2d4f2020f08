package dev.argus.bench.growth;

import com.google.protobuf.ByteString;
import dev.argus.bench.preprocess.Photograph;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.tiling.Size;
import dev.argus.decoder.DecoderSettings;
import dev.argus.v1.Detail;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.Image;
import dev.argus.v1.Message;
import dev.argus.v1.Part;
import dev.argus.v1.Role;
import dev.argus.v1.Sampling;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Makes questions that grow, as long as they fit the context of a checkpoint. */
final class Questions {
  private static final int MOST_TILE_COUNTS = 5;
  private static final int MOST_PICTURES = 4;
  private static final double PIXELS = 1600 * 1200;
  private static final List<Double> ASPECTS = List.of(1.0, 4 / 3.0, 1.5, 2.0, 3.0, 4.0);
  private static final String WORDS =
      "A picture of a street in the rain shows people with umbrellas, two cars and a dog that waits"
          + " at the door of a small shop. ";

  /** Room for the chat template's tokens, the words of a question and its answer. */
  private static final int ROOM = 64;

  /** Most tokens that a prompt format puts around those of a tile. */
  private static final int ROOM_BY_TILE = 8;

  private final Checkpoint checkpoint;
  private final int context;

  Questions(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
    this.context =
        Math.min(DecoderSettings.DEFAULT_SLOT_CAPACITY, checkpoint.config().text().contextLength());
  }

  /**
   * The questions of each axis, at least two, in ascending order; an axis is left out where the
   * checkpoint's context or tiling has no room for two.
   *
   * @param promptTokens of texts; longer ones than fit are cut
   */
  Map<Axis, List<GenerateRequest>> all(List<Integer> promptTokens) {
    Map<Axis, List<GenerateRequest>> all = new EnumMap<>(Axis.class);
    all.put(Axis.TILES, byTiles());
    all.put(Axis.PROMPT, byPrompt(promptTokens));
    all.put(Axis.PICTURES, byPictures());
    all.values().removeIf(questions -> questions.size() < 2);
    return all;
  }

  /**
   * Pictures as large as each other, of the shapes that are cut into different numbers of tiles.
   */
  private List<GenerateRequest> byTiles() {
    NavigableMap<Integer, Part> pictures = new TreeMap<>();
    pictures.put(1, picture(size(4 / 3.0), Detail.DETAIL_LOW, 0));
    for (double aspect : ASPECTS) {
      Size size = size(aspect);
      int tiles = checkpoint.tiling().plan(size, dev.argus.checkpoint.tiling.Detail.HIGH).tiles();
      if (fits(tiles)) {
        pictures.computeIfAbsent(tiles, _ -> picture(size, Detail.DETAIL_HIGH, 0));
      }
    }
    List<Part> byTiles = List.copyOf(pictures.values());
    int points = Math.min(MOST_TILE_COUNTS, byTiles.size());
    return IntStream.range(0, points)
        .mapToObj(point -> point * (byTiles.size() - 1) / Math.max(1, points - 1))
        .map(place -> request(List.of(byTiles.get(place)), "Describe this image."))
        .toList();
  }

  private List<GenerateRequest> byPrompt(List<Integer> promptTokens) {
    double perText = checkpoint.tokenizer().encode(WORDS).length;
    return promptTokens.stream()
        .map(tokens -> Math.min(tokens, context - ROOM))
        .sorted()
        .distinct()
        .map(tokens -> {
          String whole = WORDS.repeat((int) Math.ceil(tokens / perText));
          return request(
              List.of(), whole.substring(0, (int) Math.ceil(WORDS.length() * tokens / perText)));
        })
        .toList();
  }

  private List<GenerateRequest> byPictures() {
    List<Part> pictures = new ArrayList<>();
    List<GenerateRequest> questions = new ArrayList<>();
    while (pictures.size() < MOST_PICTURES && fits(pictures.size() + 1)) {
      pictures.add(picture(size(4 / 3.0), Detail.DETAIL_LOW, pictures.size()));
      questions.add(request(List.copyOf(pictures), "Describe these images."));
    }
    return questions;
  }

  private boolean fits(int tiles) {
    return tiles * (checkpoint.config().vision().visualTokens() + ROOM_BY_TILE) + ROOM <= context;
  }

  /** As many pixels whatever the shape, so that a file takes as long to decode. */
  private static Size size(double aspect) {
    return new Size(
        (int) Math.round(Math.sqrt(PIXELS * aspect)), (int) Math.round(Math.sqrt(PIXELS / aspect)));
  }

  private static Part picture(Size size, Detail detail, long seed) {
    ByteString jpeg = ByteString.copyFrom(Photograph.jpeg(size, seed));
    return Part.newBuilder().setImage(Image.newBuilder().setData(jpeg).setDetail(detail)).build();
  }

  private static GenerateRequest request(List<Part> pictures, String text) {
    return GenerateRequest.newBuilder()
        .addMessages(
            Message.newBuilder()
                .setRole(Role.ROLE_USER)
                .addAllContent(pictures)
                .addContent(Part.newBuilder().setText(text)))
        .setSampling(Sampling.newBuilder().setMaxTokens(1))
        .build();
  }
}
