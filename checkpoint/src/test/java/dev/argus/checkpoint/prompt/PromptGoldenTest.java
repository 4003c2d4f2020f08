package dev.argus.checkpoint.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.tiling.Detail;
import dev.argus.checkpoint.tiling.Size;
import dev.argus.checkpoint.tiling.TilePlan;
import dev.argus.testdata.Golden;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Prompt ids equal those of transformers' processors, id by id. */
class PromptGoldenTest {
  private static final Pattern SIZE = Pattern.compile("_(\\d+)x(\\d+)[.]");

  @TestFactory
  Stream<DynamicTest> idsOfEveryPictureEqualTheProcessors() {
    return Stream.of(
            new Reference("preprocess/idefics3.json", "tiny-idefics3-512"),
            new Reference("preprocess/internvl.json", "tiny-internvl-448"))
        .flatMap(PromptGoldenTest::pictureTests);
  }

  @TestFactory
  Stream<DynamicTest> idsOfEveryConversationEqualTheProcessors() {
    return Stream.of("tiny-idefics3", "tiny-idefics3-512", "tiny-internvl", "tiny-internvl-448")
        .flatMap(PromptGoldenTest::conversationTests);
  }

  private record Reference(String file, String checkpoint) {}

  private static Stream<DynamicTest> pictureTests(Reference reference) {
    Checkpoint checkpoint = Checkpoint.open(Golden.path(reference.checkpoint()));
    JsonNode golden = Golden.json(reference.file());
    List<DynamicTest> tests = new ArrayList<>();
    golden
        .get("images")
        .properties()
        .forEach(image ->
            tests.add(
                dynamicTest(
                    reference.file() + " " + image.getKey(),
                    () -> assertPicture(checkpoint, image.getValue()))));
    golden
        .at("/do_image_splitting_false/images")
        .properties()
        .forEach(image ->
            tests.add(
                dynamicTest(
                    reference.file() + " unsplit " + image.getKey(),
                    () -> assertUnsplit(checkpoint, image.getKey(), image.getValue()))));
    return tests.stream();
  }

  private static void assertPicture(Checkpoint checkpoint, JsonNode image) {
    Prompt prompt =
        checkpoint
            .prompts()
            .build(
                List.of(
                    new ChatMessage(
                        ChatMessage.Role.USER,
                        List.of(
                            picture(seen(image), Detail.AUTO),
                            new ChatMessage.Text("What is in this image?")))));
    assertThat(prompt.layout().tokenIds())
        .containsExactly(Golden.expandRunLengths(image.get("input_ids_rle_tiny_tokenizer")));
    assertConsistent(prompt, checkpoint);
  }

  private static Size seen(JsonNode image) {
    JsonNode size = image.get("size_wh_seen");
    return new Size(size.get(0).asInt(), size.get(1).asInt());
  }

  private static void assertUnsplit(Checkpoint checkpoint, String name, JsonNode image) {
    TilePlan plan = checkpoint.tiling().plan(sizeOf(name), Detail.LOW);

    assertThat(plan.rows()).isEqualTo(image.get("rows").asInt());
    assertThat(plan.columns()).isEqualTo(image.get("cols").asInt());
    assertThat(plan.tiles()).isEqualTo(image.get("tiles").size());
    assertThat(plan.canvases().getLast()).isEqualTo(new Size(512, 512));
  }

  private static Stream<DynamicTest> conversationTests(String name) {
    Checkpoint checkpoint = Checkpoint.open(Golden.path(name));
    return Golden.json(name + "/golden.json").get("cases").properties().stream()
        .map(entry ->
            dynamicTest(
                name + " " + entry.getKey(),
                () -> assertConversation(checkpoint, entry.getValue())));
  }

  private static void assertConversation(Checkpoint checkpoint, JsonNode golden) {
    Prompt prompt = checkpoint.prompts().build(messages(golden));

    assertThat(prompt.layout().tokenIds())
        .containsExactly(Golden.expandRunLengths(golden.get("input_ids_rle")));
    int tiles = golden.path("pixel_values_shape").path(0).asInt(0);
    assertThat(prompt.layout().spans()).hasSize(tiles);
    assertConsistent(prompt, checkpoint);
  }

  private static void assertConsistent(Prompt prompt, Checkpoint checkpoint) {
    int imageTokenId = checkpoint.config().imageTokenId();
    int[] ids = prompt.layout().tokenIds();
    int[] places = IntStream.range(0, ids.length).filter(i -> ids[i] == imageTokenId).toArray();
    assertThat(
            prompt.layout().spans().stream()
                .flatMapToInt(
                    span -> IntStream.range(span.position(), span.position() + span.length()))
                .toArray())
        .containsExactly(places);
    assertThat(prompt.plans().stream().mapToInt(TilePlan::tiles).sum())
        .isEqualTo(prompt.layout().spans().size());
    assertThat(prompt.layout().visualTokens()).isEqualTo(places.length);
  }

  private static List<ChatMessage> messages(JsonNode golden) {
    boolean unsplit =
        golden.at("/image_kwargs/do_image_splitting").isBoolean()
            || golden.at("/image_kwargs/crop_to_patches").isBoolean();
    var images = golden.get("images").elements();
    List<ChatMessage> messages = new ArrayList<>();
    for (JsonNode message : golden.get("messages")) {
      List<ChatMessage.Part> parts = new ArrayList<>();
      for (JsonNode part : message.get("content")) {
        parts.add(
            part.get("type").asText().equals("text")
                ? new ChatMessage.Text(part.get("text").asText())
                : picture(sizeOf(images.next().asText()), unsplit ? Detail.LOW : Detail.AUTO));
      }
      messages.add(
          new ChatMessage(
              ChatMessage.Role.valueOf(message.get("role").asText().toUpperCase(Locale.ROOT)),
              parts));
    }
    return messages;
  }

  /** File names say it; none of the pictures asked for is turned by EXIF. */
  private static Size sizeOf(String image) {
    Matcher matcher = SIZE.matcher(image);
    assertThat(matcher.find()).as(image).isTrue();
    return new Size(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  private static ChatMessage.Picture picture(Size size, Detail detail) {
    return new ChatMessage.Picture(size.width(), size.height(), detail);
  }
}
