package dev.argus.gateway.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.base.resource.OpenResources;
import dev.argus.gateway.GatewaySettings;
import dev.argus.gateway.GatewayStage;
import dev.argus.gateway.core.StageName;
import dev.argus.gateway.http.ChatCall;
import dev.argus.gateway.http.ChatCompletions;
import dev.argus.gateway.http.HeldBytes;
import dev.argus.gateway.http.PictureSources;
import dev.argus.gateway.http.RemotePictures;
import dev.argus.gateway.http.Reply;
import dev.argus.service.server.InProcessServer;
import dev.argus.service.telemetry.Telemetry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** OpenAI's requests on their way through the stages. */
@Timeout(60)
class ChatOverStagesTest {
  private final FakeServices stages = new FakeServices();
  private final CountDownLatch hold = new CountDownLatch(1);
  private final OpenResources open = new OpenResources();
  private final ChatCompletions chat = chat();

  @AfterEach
  void close() {
    hold.countDown();
    open.close();
  }

  @Test
  void anAnswerHasWhatTheStagesDid() throws Exception {
    Reply reply = begin("false").reply().get(10, SECONDS);

    assertThat(reply).isInstanceOf(Reply.Whole.class);
    assertThat(((Reply.Whole) reply).json())
        .contains("token 0token 1token 2", "\"kind\":\"encode\"", "\"image_tokens\":8");
  }

  @ParameterizedTest
  @EnumSource(StageName.class)
  void leavingEndsTheRequestInTheStageThatWorksOnIt(StageName stage) throws Exception {
    var reached = new CountDownLatch(1);
    Runnable work =
        () -> {
          reached.countDown();
          await(hold);
        };
    CountDownLatch cancelled =
        switch (stage) {
          case PREPROCESS -> {
            stages.inPreprocess = work;
            yield stages.preprocessCancelled;
          }
          case ENCODER -> {
            stages.inEncoder = work;
            yield stages.encoderCancelled;
          }
          case DECODER -> {
            stages.inDecoder = work;
            yield stages.decoderCancelled;
          }
        };
    ChatCall call = begin("true");
    var ended = new CountDownLatch(1);
    call.whenEnded(ended::countDown);
    await(reached);
    assertThat(ended.getCount()).isEqualTo(1);
    call.cancel();

    await(cancelled);
    await(ended);
    assertThat(call.reply().get(10, SECONDS))
        .isInstanceOfSatisfying(
            Reply.Refused.class, refused -> assertThat(refused.error().status()).isEqualTo(499));
  }

  private ChatCall begin(String stream) {
    String question =
        "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"stream\":%s}".formatted(stream);
    Map<String, String> headers = Map.of("content-type", "application/json");
    return chat.begin(question.getBytes(UTF_8), name -> Optional.ofNullable(headers.get(name)));
  }

  private ChatCompletions chat() {
    Telemetry telemetry = Telemetry.off();
    InProcessServer server =
        open.add(InProcessServer.start("stages-" + UUID.randomUUID(), stages, telemetry));
    String target = server.target();
    GatewayStage gateway =
        open.add(
            GatewayStage.open(
                GatewaySettings.defaults(List.of("tiny"), target, target, target), telemetry));
    RemotePictures pictures =
        open.add(
            new RemotePictures(
                new PictureSources(List.of(), 1, 1, 1, Duration.ofSeconds(1), 0),
                new HeldBytes(1)));
    return new ChatCompletions(
        gateway.generation(), gateway.tenants(), pictures, telemetry, Clock.systemUTC());
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
