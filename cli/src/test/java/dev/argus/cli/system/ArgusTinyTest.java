package dev.argus.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.cli.allinone.AllInOne;
import dev.argus.cli.allinone.AllInOneSettings;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.testdata.Golden;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.Image;
import dev.argus.v1.Message;
import dev.argus.v1.Part;
import dev.argus.v1.Role;
import dev.argus.v1.Sampling;
import io.grpc.Channel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** argus-tiny answers as the PyTorch model that it was exported from, token for token. */
final class ArgusTinyTest {
  private static final Path MODEL = Golden.repository().resolve("models/argus-tiny");
  private static final Path REFERENCE = MODEL.resolve("training/reference");

  @Test
  void answersAsTheTrainedModelDid() throws IOException {
    JsonNode reference = new ObjectMapper().readTree(REFERENCE.resolve("reference.json").toFile());
    AllInOneSettings settings = AllInOneSettings.defaults(Map.of("argus-tiny", MODEL));
    try (AllInOne system = AllInOne.start(settings, Telemetry.off(), BuildProgress.SILENT)) {
      for (JsonNode testCase : reference.get("cases")) {
        checkCase(testCase, system.gateway());
      }
    }
  }

  private static void checkCase(JsonNode testCase, Channel gateway) throws IOException {
    WholeAnswer answer = WholeAnswer.to(conversation(testCase), gateway);

    assertThat(answer.ids()).as(testCase.get("name").asText()).isEqualTo(ids(testCase));
    assertThat(answer.completion().getUsage().getPromptTokens())
        .isEqualTo(testCase.get("prompt_ids").size());
    assertThat(answer.completion().getUsage().getTiles()).isEqualTo(testCase.get("tiles").size());
  }

  private static GenerateRequest conversation(JsonNode testCase) throws IOException {
    byte[] picture = Files.readAllBytes(REFERENCE.resolve(testCase.get("image").asText()));
    Part image =
        Part.newBuilder()
            .setImage(Image.newBuilder().setData(ByteString.copyFrom(picture)))
            .build();
    GenerateRequest.Builder request =
        GenerateRequest.newBuilder().setSampling(Sampling.newBuilder().setMaxTokens(24));
    for (JsonNode turn : testCase.get("turns")) {
      Message.Builder question = Message.newBuilder().setRole(Role.ROLE_USER);
      if (request.getMessagesCount() == 0) {
        question.addContent(image);
      }
      request.addMessages(question.addContent(text(turn.get("question"))));
      if (turn.get("answer").isTextual()) {
        request.addMessages(
            Message.newBuilder().setRole(Role.ROLE_ASSISTANT).addContent(text(turn.get("answer"))));
      }
    }
    return request.build();
  }

  private static Part text(JsonNode text) {
    return Part.newBuilder().setText(text.asText()).build();
  }

  private static List<Integer> ids(JsonNode testCase) {
    List<Integer> ids = new ArrayList<>();
    testCase.get("greedy").forEach(id -> ids.add(id.asInt()));
    return ids;
  }
}
