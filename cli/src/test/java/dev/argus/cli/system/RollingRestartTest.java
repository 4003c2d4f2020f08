package dev.argus.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.cli.client.Conversation;
import dev.argus.testdata.Golden;
import dev.argus.v1.Detail;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.Sampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two replicas of each stage, the gateway included, each a process of its own: one after another is
 * told to stop, as Kubernetes does, while it answers, and started again. Nobody notices.
 */
@Timeout(600)
final class RollingRestartTest {
  private static final Path MODEL = Golden.repository().resolve("models/argus-tiny");
  private static final int CLIENTS = 8;
  private static final int TOKENS = 48;

  @Test
  void everyReplicaIsReplacedUnderLoadAndEveryAnswerIsWhole() throws Exception {
    try (ReplicatedStages stages = ReplicatedStages.start(MODEL);
        SteadyClients clients = SteadyClients.start(CLIENTS, stages::connect, questions())) {
      for (ReplicatedStages.Replica replica : stages.replicas()) {
        clients.areInTheMiddleOfAnswers();
        replica.restart();
      }
      clients.eachHasOneMoreAnswer();

      System.out.printf("%d answers while all replicas were replaced%n", clients.answers());
      assertThat(clients.problems()).isEmpty();
    }
  }

  /** One about each of the model's samples, answered at length. */
  private static List<GenerateRequest> questions() throws IOException {
    try (Stream<Path> samples = Files.list(MODEL.resolve("samples"))) {
      return samples.sorted().map(RollingRestartTest::question).toList();
    }
  }

  private static GenerateRequest question(Path picture) {
    Conversation conversation = new Conversation(Detail.DETAIL_AUTO);
    conversation.addPicture(picture);
    return GenerateRequest.newBuilder()
        .addAllMessages(conversation.with("Describe this image."))
        .setSampling(Sampling.newBuilder().setMaxTokens(TOKENS).setIgnoreEos(true))
        .build();
  }
}
