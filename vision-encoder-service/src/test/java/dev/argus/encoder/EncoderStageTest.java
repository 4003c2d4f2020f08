package dev.argus.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.encoder.engine.GoldenTiles;
import dev.argus.service.channel.ChannelLimits;
import dev.argus.service.channel.Channels;
import dev.argus.service.launch.RunningStage;
import dev.argus.service.launch.StageLauncher;
import dev.argus.service.server.InProcessServer;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.service.wire.ClientStream;
import dev.argus.service.wire.StreamLimits;
import dev.argus.stage.v1.CheckpointRef;
import dev.argus.stage.v1.EncodeHeader;
import dev.argus.stage.v1.EncodeRequest;
import dev.argus.stage.v1.EncodeResponse;
import dev.argus.stage.v1.EncodeServiceGrpc;
import dev.argus.stage.v1.Tile;
import dev.argus.stage.v1.VisualTokens;
import dev.argus.testdata.Golden;
import dev.argus.v1.Stage;
import io.grpc.ManagedChannel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole service on a real checkpoint. */
@Timeout(120)
class EncoderStageTest {
  private static final String CHECKPOINT = "tiny-idefics3";
  private static final Path DIRECTORY = Golden.path(CHECKPOINT);
  private static final int SIDE = 128;

  @Test
  void featuresOverGrpcEqualTheReference() {
    EncoderSettings settings = EncoderSettings.defaults(Map.of("tiny", DIRECTORY)).withMaxBatch(3);
    try (EncoderStage stage = EncoderStage.open(settings, Telemetry.off());
        InProcessServer server =
            InProcessServer.start(UUID.randomUUID().toString(), stage, Telemetry.off())) {
      assertFeaturesEqualTheReference(server.target());
    }
  }

  @Test
  void runsAsAProcessOfItsOwn() {
    try (RunningStage process =
        StageLauncher.start(
            "encoder", "--argus.encoder.models.tiny=" + DIRECTORY, "--grpc.server.port=0")) {
      assertFeaturesEqualTheReference(process.address());
    }
  }

  @Test
  void doesNotStartOnABrokenCheckpoint(@TempDir Path empty) {
    EncoderSettings settings = EncoderSettings.defaults(Map.of("empty", empty));

    assertThatExceptionOfType(ModelFault.class)
        .isThrownBy(() -> EncoderStage.open(settings, Telemetry.off()))
        .withMessageContaining("config.json is missing");
  }

  private static void assertFeaturesEqualTheReference(String target) {
    List<ByteBuffer> tiles = GoldenTiles.read(CHECKPOINT, "A_tiled", SIDE);
    FloatBuffer expected = FloatBuffer.wrap(Golden.floats(CHECKPOINT, "A_tiled/image_features"));
    ManagedChannel channel = Channels.open(target, Telemetry.off(), ChannelLimits.defaults());
    try (var stream =
        ClientStream.<EncodeRequest, EncodeResponse>open(
            Stage.STAGE_ENCODER,
            StreamLimits.defaults(),
            EncodeServiceGrpc.newStub(channel)::encode)) {
      stream.send(header());
      for (int index = 0; index < tiles.size(); index++) {
        stream.send(tile(index, tiles.get(index)));
      }
      stream.halfClose();
      int answered = 0;
      for (Optional<EncodeResponse> next = stream.next(); next.isPresent(); next = stream.next()) {
        if (next.get().hasVisualTokens()) {
          assertEqual(next.get().getVisualTokens(), expected);
          answered++;
        }
      }
      assertThat(answered).isEqualTo(tiles.size());
    } finally {
      channel.shutdownNow();
    }
  }

  private static void assertEqual(VisualTokens tokens, FloatBuffer expected) {
    FloatBuffer actual =
        tokens.getData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    int values = tokens.getLength() * tokens.getHiddenSize();
    assertThat(actual.remaining()).isEqualTo(values);
    for (int i = 0; i < values; i++) {
      assertThat(actual.get(i))
          .isCloseTo(expected.get(tokens.getTileIndex() * values + i), within(5e-5f));
    }
  }

  private static EncodeRequest header() {
    return EncodeRequest.newBuilder()
        .setHeader(
            EncodeHeader.newBuilder()
                .setCheckpoint(
                    CheckpointRef.newBuilder()
                        .setModel("tiny")
                        .setFingerprint(Checkpoint.open(DIRECTORY).fingerprint())))
        .build();
  }

  private static EncodeRequest tile(int index, ByteBuffer pixels) {
    return EncodeRequest.newBuilder()
        .setTile(
            Tile.newBuilder()
                .setIndex(index)
                .setSide(SIDE)
                .setPixels(ByteString.copyFrom(pixels.duplicate())))
        .build();
  }
}
