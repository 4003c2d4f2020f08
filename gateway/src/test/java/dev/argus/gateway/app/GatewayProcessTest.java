package dev.argus.gateway.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.service.channel.ChannelLimits;
import dev.argus.service.channel.Channels;
import dev.argus.service.launch.RunningStage;
import dev.argus.service.launch.StageLauncher;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.v1.GenerationServiceGrpc;
import dev.argus.v1.ListModelsRequest;
import dev.argus.v1.Model;
import io.grpc.ManagedChannel;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.BlockingClientCall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GatewayProcessTest {
  private static final String ANY_PORT = "--grpc.server.port=0";
  private static final String ANY_HTTP_PORT = "--argus.gateway.http.port=0";

  @Test
  void servesTheModelsOfItsConfiguration() throws Exception {
    try (RunningStage gateway =
        StageLauncher.start(
            "gateway", ANY_PORT, ANY_HTTP_PORT, "--argus.gateway.models=tiny,small")) {
      ManagedChannel channel =
          Channels.open(gateway.address(), Telemetry.off(), ChannelLimits.defaults());
      assertThat(
              GenerationServiceGrpc.newBlockingStub(channel)
                  .listModels(ListModelsRequest.getDefaultInstance())
                  .getModelsList())
          .extracting(Model::getName)
          .containsExactly("tiny", "small");
      assertThat(reflectedServices(channel)).contains("argus.v1.GenerationService");
      channel.shutdownNow();
    }
  }

  @Test
  void saysWhatIsWrongWithItsConfiguration() {
    assertThatThrownBy(() -> StageLauncher.start("gateway", ANY_PORT, ANY_HTTP_PORT))
        .hasStackTraceContaining("argus.gateway.models must name at least one model");
    assertThatThrownBy(() ->
            StageLauncher.start(
                "gateway",
                ANY_PORT,
                ANY_HTTP_PORT,
                "--argus.gateway.models=tiny",
                "--argus.gateway.tenant=a b"))
        .hasStackTraceContaining("argus.gateway.tenant must be 1 to 64 letters");
  }

  private static String reflectedServices(ManagedChannel channel) throws Exception {
    BlockingClientCall<ServerReflectionRequest, ServerReflectionResponse> call =
        ServerReflectionGrpc.newBlockingV2Stub(channel).serverReflectionInfo();
    call.write(ServerReflectionRequest.newBuilder().setListServices("").build());
    call.halfClose();
    return String.valueOf(call.read());
  }
}
