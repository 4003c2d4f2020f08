package dev.argus.service.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.service.channel.ChannelLimits;
import dev.argus.service.channel.Channels;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.service.wire.ClientStream;
import dev.argus.service.wire.StreamLimits;
import dev.argus.stage.v1.PreprocessRequest;
import dev.argus.stage.v1.PreprocessResponse;
import dev.argus.stage.v1.PreprocessServiceGrpc;
import dev.argus.v1.Stage;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StageLauncherTest {
  private static final String ANY_PORT = "--grpc.server.port=0";
  private static final String MODEL = "--argus.preprocess.models.tiny=/models/tiny";

  @BeforeEach
  void forget() {
    FakeStages.EVENTS.clear();
    FakeStages.hold = new CountDownLatch(0);
    FakeStages.serving = new CountDownLatch(1);
  }

  @Test
  void startsTheNamedStageAndNoOther() {
    StageLauncher.start("preprocess", ANY_PORT, MODEL, "--argus.preprocess.max-bytes=2MB").close();

    assertThat(FakeStages.EVENTS)
        .containsExactly(
            "open preprocess {tiny=/models/tiny} 2097152",
            "close preprocess {tiny=/models/tiny} 2097152");
  }

  @Test
  void aKeyOnTheCommandLineIsStrongerThanItsDefault() {
    try (RunningStage stage = StageLauncher.start("encoder", ANY_PORT)) {
      assertThat(stage.address()).doesNotEndWith(":7072").doesNotEndWith(":0");
    }
  }

  @Test
  void isHealthyWhileItServes() {
    try (RunningStage stage = StageLauncher.start("encoder", ANY_PORT)) {
      ManagedChannel channel = open(stage);
      try {
        assertThat(
                HealthGrpc.newBlockingStub(channel)
                    .check(HealthCheckRequest.getDefaultInstance())
                    .getStatus())
            .isEqualTo(ServingStatus.SERVING);
      } finally {
        channel.shutdownNow();
      }
    }
  }

  @Test
  void anOpenCallEndsWellWhenTheServerStops() throws Exception {
    FakeStages.hold = new CountDownLatch(1);
    RunningStage stage = StageLauncher.start("encoder", ANY_PORT);
    ManagedChannel channel = open(stage);
    try (var call = call(channel)) {
      assertThat(call.next()).isPresent();
      Thread closing = Thread.ofVirtual().start(stage::close);
      FakeStages.hold.countDown();
      assertThat(call.next()).isPresent();
      assertThat(call.next()).isEmpty();
      closing.join();
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void aCallThatDoesNotEndIsBrokenOffAtTheDrainLimit() {
    FakeStages.hold = new CountDownLatch(1);
    RunningStage stage =
        StageLauncher.start("encoder", ANY_PORT, "--argus.server.drain-limit=50ms");
    ManagedChannel channel = open(stage);
    try (var call = call(channel)) {
      assertThat(call.next()).isPresent();
      stage.close();
      assertThatThrownBy(call::next).isInstanceOf(RuntimeException.class);
    } finally {
      FakeStages.hold.countDown();
      channel.shutdownNow();
    }
  }

  @Test
  void anUnknownKeyStopsTheStartAndNamesTheNearest() {
    assertThat(failure("preprocess", ANY_PORT, MODEL, "--argus.preprocess.worker=3"))
        .contains("argus.preprocess.worker")
        .contains("Did you mean argus.preprocess.workers?");
    assertThat(failure("encoder", ANY_PORT, "--argus.server.drain=3s"))
        .contains("Did you mean argus.server.drain-limit?");
  }

  @Test
  void keysOfOtherStagesMayStandInASharedFile(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("argus.yml");
    Files.writeString(
        file, "argus:\n  gateway:\n    anything: 3\n  preprocess:\n    models:\n      a: /a\n");
    System.setProperty("micronaut.config.files", file.toString());
    try {
      StageLauncher.start("preprocess", ANY_PORT).close();
    } finally {
      System.clearProperty("micronaut.config.files");
    }
    assertThat(FakeStages.EVENTS).contains("open preprocess {a=/a} 1048576");
  }

  @Test
  void badValuesAreExplainedInOneLine() {
    assertThat(failure("preprocess", ANY_PORT, MODEL, "--argus.preprocess.workers=many"))
        .contains("many")
        .hasLineCount(1);
    assertThat(failure("preprocess", ANY_PORT, MODEL, "--argus.preprocess.workers=0"))
        .isEqualToIgnoringNewLines(
            "argus preprocess cannot start: argus.preprocess.workers must be at least 1");
    assertThat(failure("cook")).contains("There is no stage cook");
  }

  private static String failure(String stage, String... args) {
    var err = new ByteArrayOutputStream();
    var out = new ByteArrayOutputStream();
    int code = StageLauncher.run(stage, args, new PrintStream(out), new PrintStream(err));
    assertThat(code).isEqualTo(StageLauncher.BAD_CONFIGURATION);
    assertThat(out.size()).isZero();
    return err.toString(StandardCharsets.UTF_8);
  }

  private static ManagedChannel open(RunningStage stage) {
    return Channels.open(stage.address(), Telemetry.off(), ChannelLimits.defaults());
  }

  private static ClientStream<PreprocessRequest, PreprocessResponse> call(ManagedChannel channel) {
    var stub = PreprocessServiceGrpc.newStub(channel);
    return ClientStream.open(Stage.STAGE_PREPROCESS, StreamLimits.defaults(), stub::preprocess);
  }
}
