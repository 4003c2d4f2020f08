package dev.argus.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.cli.allinone.AllInOne;
import dev.argus.cli.allinone.AllInOneSettings;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.testdata.Golden;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.Image;
import dev.argus.v1.Message;
import dev.argus.v1.Part;
import dev.argus.v1.Role;
import io.grpc.Channel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What argus-tiny knows of 500 scenes that it was not trained on, asked greedily through the whole
 * pipeline. An answer counts when it is exactly the expected one.
 */
final class HeldOutScenesTest {
  private static final Path SCENES = Golden.repository().resolve("models/argus-tiny/training/test");
  private static final int CLIENTS = 4;
  private static final Map<String, Double> LEAST_PERCENT =
      Map.of("count", 95.0, "colour", 95.0, "describe", 90.0);

  private record Question(Path image, String task, String question, String answer) {
    static Question of(JsonNode line) {
      return new Question(
          SCENES.resolve(line.get("image").asText()),
          line.get("task").asText(),
          line.get("question").asText(),
          line.get("answer").asText());
    }
  }

  private record Score(int right, int asked) {
    static final Score NONE = new Score(0, 0);

    Score plus(boolean isRight) {
      return new Score(right + (isRight ? 1 : 0), asked + 1);
    }

    double percent() {
      return 100.0 * right / asked;
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FP32", "INT8", "INT4"})
  void answersAsManyHeldOutQuestionsAsItsCardSays(Precision precision)
      throws IOException, InterruptedException, ExecutionException {
    List<Question> questions = questions();
    Map<String, Score> scores = new TreeMap<>();
    AllInOneSettings settings =
        AllInOneSettings.defaults(
                Map.of("argus-tiny", Golden.repository().resolve("models/argus-tiny")))
            .withPrecision(precision);
    try (AllInOne system = AllInOne.start(settings, Telemetry.off(), BuildProgress.SILENT);
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<Boolean>> answers = new ArrayList<>();
      for (Question question : questions) {
        answers.add(clients.submit(() -> isAnsweredRight(question, system.gateway())));
      }
      for (int i = 0; i < answers.size(); i++) {
        boolean right = answers.get(i).get();
        scores.compute(
            questions.get(i).task(),
            (_, score) -> (score == null ? Score.NONE : score).plus(right));
      }
    }
    scores.forEach((task, score) ->
        System.out.printf("%-10s %5.1f %%  of %d%n", task, score.percent(), score.asked()));

    LEAST_PERCENT.forEach((task, least) ->
        assertThat(scores.getOrDefault(task, Score.NONE).percent())
            .as(task)
            .isGreaterThanOrEqualTo(least));
  }

  private static boolean isAnsweredRight(Question question, Channel gateway) throws IOException {
    ByteString image = ByteString.copyFrom(Files.readAllBytes(question.image()));
    GenerateRequest request =
        GenerateRequest.newBuilder()
            .addMessages(
                Message.newBuilder()
                    .setRole(Role.ROLE_USER)
                    .addContent(Part.newBuilder().setImage(Image.newBuilder().setData(image)))
                    .addContent(Part.newBuilder().setText(question.question())))
            .build();
    return WholeAnswer.to(request, gateway).text().strip().equals(question.answer());
  }

  private static List<Question> questions() throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<Question> questions = new ArrayList<>();
    for (String line : Files.readAllLines(SCENES.resolve("questions.jsonl"))) {
      questions.add(Question.of(json.readTree(line)));
    }
    return questions;
  }
}
