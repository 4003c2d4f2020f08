package dev.argus.cli.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.cli.allinone.AllInOneSettings;
import dev.argus.cli.allinone.InnerStages;
import dev.argus.service.channel.ChannelLimits;
import dev.argus.service.channel.Channels;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.stage.v1.CheckpointRef;
import dev.argus.stage.v1.Conversation;
import dev.argus.stage.v1.EncodeHeader;
import dev.argus.stage.v1.EncodeRequest;
import dev.argus.stage.v1.EncodeResponse;
import dev.argus.stage.v1.EncodeServiceGrpc;
import dev.argus.stage.v1.PreprocessRequest;
import dev.argus.stage.v1.PreprocessResponse;
import dev.argus.stage.v1.PreprocessServiceGrpc;
import dev.argus.stage.v1.VisualTokens;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.ClientCalls;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * From an image file's bytes to visual tokens, through the preprocess and the encoder service: the
 * reference's features.
 */
final class GoldenFeaturesTest {
  /** Part of the largest feature: rounding is a tenth of it, the other GELU five times as much. */
  private static final float TOLERANCE = 2e-5f;

  static Stream<GoldenCase> casesWithPictures() {
    return GoldenAnswersTest.cases().filter(golden -> !golden.name().equals("C_text_only"));
  }

  @ParameterizedTest
  @MethodSource("casesWithPictures")
  void areTheReferences(GoldenCase golden, @TempDir Path copies)
      throws InterruptedException, StatusException {
    String checkpoint = golden.checkpoint();
    AllInOneSettings settings =
        AllInOneSettings.defaults(Map.of(checkpoint, GoldenAnswersTest.copyOf(checkpoint, copies)));
    try (InnerStages stages = InnerStages.begin(settings, Telemetry.off(), BuildProgress.SILENT)) {
      stages.await();
      List<PreprocessResponse> preprocessed = preprocess(golden, channel(stages.preprocess()));
      List<VisualTokens> encoded = encode(preprocessed, channel(stages.encoder()));

      float[] expected = golden.features();
      FloatBuffer actual = FloatBuffer.allocate(expected.length);
      encoded.forEach(tokens ->
          actual.put(
              tokens
                  .getData()
                  .asReadOnlyByteBuffer()
                  .order(ByteOrder.LITTLE_ENDIAN)
                  .asFloatBuffer()));
      Offset<Float> tolerance = within(TOLERANCE * largest(expected));
      for (int i = 0; i < expected.length; i++) {
        assertThat(actual.get(i)).as("value %d", i).isCloseTo(expected[i], tolerance);
      }
    }
  }

  private static float largest(float[] values) {
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static List<PreprocessResponse> preprocess(GoldenCase golden, ManagedChannel channel)
      throws InterruptedException, StatusException {
    BlockingClientCall<PreprocessRequest, PreprocessResponse> call =
        ClientCalls.blockingBidiStreamingCall(
            channel, PreprocessServiceGrpc.getPreprocessMethod(), CallOptions.DEFAULT);
    call.write(
        PreprocessRequest.newBuilder()
            .setConversation(
                Conversation.newBuilder()
                    .setCheckpoint(CheckpointRef.newBuilder().setModel(golden.checkpoint()))
                    .addAllMessages(golden.request().getMessagesList()))
            .build());
    List<PreprocessResponse> responses = new ArrayList<>();
    while (call.hasNext()) {
      responses.add(call.read());
    }
    channel.shutdownNow();
    return responses;
  }

  /** The visual tokens by tile index. */
  private static List<VisualTokens> encode(
      List<PreprocessResponse> preprocessed, ManagedChannel channel)
      throws InterruptedException, StatusException {
    BlockingClientCall<EncodeRequest, EncodeResponse> call =
        ClientCalls.blockingBidiStreamingCall(
            channel, EncodeServiceGrpc.getEncodeMethod(), CallOptions.DEFAULT);
    CheckpointRef checkpoint = preprocessed.getFirst().getHeader().getCheckpoint();
    call.write(
        EncodeRequest.newBuilder()
            .setHeader(EncodeHeader.newBuilder().setCheckpoint(checkpoint))
            .build());
    List<VisualTokens> encoded = new ArrayList<>();
    for (PreprocessResponse response : preprocessed) {
      if (response.hasTile()) {
        call.write(EncodeRequest.newBuilder().setTile(response.getTile()).build());
        encoded.add(call.read().getVisualTokens());
        assertThat(encoded.getLast().getTileIndex()).isEqualTo(encoded.size() - 1);
      }
    }
    call.halfClose();
    assertThat(call.read().hasSummary()).isTrue();
    channel.shutdownNow();
    return encoded;
  }

  private static ManagedChannel channel(String target) {
    return Channels.open(target, Telemetry.off(), ChannelLimits.defaults());
  }
}
