package dev.argus.bench.recipes;

import com.google.protobuf.ByteString;
import dev.argus.bench.preprocess.Photograph;
import dev.argus.checkpoint.tiling.Size;
import dev.argus.v1.Detail;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.Image;
import dev.argus.v1.Message;
import dev.argus.v1.Part;
import dev.argus.v1.Role;
import dev.argus.v1.Sampling;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What is asked: each turn about another picture, the same for all steps.
 *
 * @param pictures image files, taken in turn
 * @param outputTokens of each answer
 */
record Questions(List<ByteString> pictures, int outputTokens) {
  private static final Size SMALL = new Size(320, 240);

  /** About drawn pictures, one for each turn. */
  static Questions drawn(Size size, int turns, int outputTokens) {
    return new Questions(
        IntStream.range(0, turns)
            .mapToObj(turn -> ByteString.copyFrom(Photograph.jpeg(size, turn)))
            .toList(),
        outputTokens);
  }

  /** The question of a turn. */
  GenerateRequest of(int turn) {
    return request(pictures.get(turn % pictures.size()), Detail.DETAIL_AUTO, outputTokens);
  }

  /** The question of a turn, as the first that models are asked: its answer is short. */
  GenerateRequest first(int turn) {
    return request(pictures.get(turn % pictures.size()), Detail.DETAIL_AUTO, 2);
  }

  /** A question about a small picture, which connects a gateway with its stages. */
  static GenerateRequest small() {
    return request(
        ByteString.copyFrom(Photograph.jpeg(SMALL, SMALL.width())), Detail.DETAIL_LOW, 1);
  }

  private static GenerateRequest request(ByteString picture, Detail detail, int tokens) {
    return GenerateRequest.newBuilder()
        .addMessages(
            Message.newBuilder()
                .setRole(Role.ROLE_USER)
                .addContent(
                    Part.newBuilder()
                        .setImage(Image.newBuilder().setData(picture).setDetail(detail)))
                .addContent(Part.newBuilder().setText("Describe this image.")))
        .setSampling(
            Sampling.newBuilder().setTemperature(0).setMaxTokens(tokens).setIgnoreEos(true))
        .build();
  }
}
