package dev.argus.preprocess.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.base.failure.InvalidInput;
import dev.argus.service.channel.ChannelLimits;
import dev.argus.service.channel.Channels;
import dev.argus.service.launch.RunningStage;
import dev.argus.service.launch.StageLauncher;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.service.wire.ClientStream;
import dev.argus.service.wire.StreamLimits;
import dev.argus.stage.v1.CheckpointRef;
import dev.argus.stage.v1.Conversation;
import dev.argus.stage.v1.PreprocessRequest;
import dev.argus.stage.v1.PreprocessResponse;
import dev.argus.stage.v1.PreprocessServiceGrpc;
import dev.argus.testdata.Golden;
import dev.argus.v1.Message;
import dev.argus.v1.Part;
import dev.argus.v1.Role;
import dev.argus.v1.Stage;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class PreprocessProcessTest {
  private static final String ANY_PORT = "--grpc.server.port=0";
  private static final String MODEL =
      "--argus.preprocess.models.Tiny-256M=" + Golden.path("tiny-idefics3");

  @Test
  void servesWhatItsConfigurationNames() {
    try (RunningStage stage =
        StageLauncher.start(
            "preprocess", ANY_PORT, MODEL, "--argus.preprocess.max-text-bytes=1KB")) {
      assertThat(ask(stage, "hello")).hasSize(2);
      assertThatThrownBy(() -> ask(stage, "x".repeat(1025)))
          .isInstanceOf(InvalidInput.class)
          .hasMessageContaining("at most 1024 bytes of text");
    }
  }

  @Test
  void doesNotStartWithoutAModel() {
    assertThatThrownBy(() -> StageLauncher.start("preprocess", ANY_PORT).close())
        .hasStackTraceContaining("models must name at least one checkpoint directory");
  }

  @Test
  void doesNotStartOnAWrongValue() {
    for (String wrong :
        List.of(
            "--argus.preprocess.threads=0",
            "--argus.preprocess.max-images=-1",
            "--argus.preprocess.max-image-bytes=lots",
            "--argus.preprocess.max-pictures=3")) {
      assertThatThrownBy(() -> StageLauncher.start("preprocess", ANY_PORT, MODEL, wrong).close())
          .as(wrong)
          .isInstanceOf(RuntimeException.class);
    }
  }

  private static List<PreprocessResponse> ask(RunningStage stage, String text) {
    ManagedChannel channel =
        Channels.open(stage.address(), Telemetry.off(), ChannelLimits.defaults());
    try {
      List<PreprocessResponse> responses = new ArrayList<>();
      try (ClientStream<PreprocessRequest, PreprocessResponse> call =
          ClientStream.open(
              Stage.STAGE_PREPROCESS,
              StreamLimits.defaults(),
              PreprocessServiceGrpc.newStub(channel)::preprocess)) {
        call.send(asks(text));
        for (var next = call.next(); next.isPresent(); next = call.next()) {
          responses.add(next.get());
        }
      }
      return responses;
    } finally {
      channel.shutdownNow();
    }
  }

  private static PreprocessRequest asks(String text) {
    return PreprocessRequest.newBuilder()
        .setConversation(
            Conversation.newBuilder()
                .setCheckpoint(CheckpointRef.newBuilder().setModel("Tiny-256M"))
                .addMessages(
                    Message.newBuilder()
                        .setRole(Role.ROLE_USER)
                        .addContent(Part.newBuilder().setText(text))))
        .build();
  }
}
