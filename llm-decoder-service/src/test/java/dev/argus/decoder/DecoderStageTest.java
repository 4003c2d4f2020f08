package dev.argus.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.argus.base.digest.Digest;
import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.service.channel.ChannelLimits;
import dev.argus.service.channel.Channels;
import dev.argus.service.server.InProcessServer;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.service.wire.ClientStream;
import dev.argus.service.wire.StreamLimits;
import dev.argus.stage.v1.CheckpointRef;
import dev.argus.stage.v1.DecodeHeader;
import dev.argus.stage.v1.DecodeRequest;
import dev.argus.stage.v1.DecodeResponse;
import dev.argus.stage.v1.DecodeServiceGrpc;
import dev.argus.stage.v1.ElementType;
import dev.argus.stage.v1.PromptLayout;
import dev.argus.stage.v1.VisualSpan;
import dev.argus.stage.v1.VisualTokens;
import dev.argus.testdata.Golden;
import dev.argus.v1.Sampling;
import dev.argus.v1.Stage;
import io.grpc.ManagedChannel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole stage, from the wire to the model and back, against the reference implementation. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class DecoderStageTest {
  private static final String MODEL = "tiny-idefics3";
  private static final Path DIRECTORY = Golden.path(MODEL);
  private static final DecoderSettings SETTINGS =
      DecoderSettings.defaults(Map.of(MODEL, DIRECTORY)).withSlots(3).withSlotCapacity(1100);

  private final Checkpoint checkpoint = Checkpoint.open(DIRECTORY);
  private final DecoderStage stage = DecoderStage.open(SETTINGS, Telemetry.off());
  private final InProcessServer server =
      InProcessServer.start("decoder-stage-test", stage, Telemetry.off());
  private final ManagedChannel channel =
      Channels.open(server.target(), Telemetry.off(), ChannelLimits.defaults());

  @AfterAll
  void close() {
    channel.shutdownNow();
    server.close();
    stage.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"A_tiled", "B_two_images", "C_text_only", "D_no_split"})
  void generatesTheReferencesTokens(String name) {
    assertThat(answer(name)).isEqualTo(expected(name));
  }

  @Test
  void generatesTheSameTokensWhenOthersAreServedToo() throws Exception {
    List<String> names =
        Stream.generate(() -> List.of("A_tiled", "C_text_only", "B_two_images"))
            .limit(4)
            .flatMap(List::stream)
            .toList();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<List<Integer>>> calls = new ArrayList<>();
      names.forEach(name -> calls.add(() -> answer(name)));
      List<Future<List<Integer>>> answers = clients.invokeAll(calls);
      for (int i = 0; i < names.size(); i++) {
        assertThat(answers.get(i).get()).as(names.get(i)).isEqualTo(expected(names.get(i)));
      }
    }
  }

  @Test
  void refusesCachesLargerThanTheLimit() {
    assertThatThrownBy(() -> DecoderStage.open(SETTINGS.withKvBytesLimit(1000), Telemetry.off()))
        .isInstanceOf(ModelFault.class)
        .hasMessageContaining("tiny-idefics3=3 slots of 1100 tokens")
        .hasMessageContaining("kv-memory-limit");
  }

  /** Half as large, they fit, and the processor is what refuses. */
  @ParameterizedTest
  @EnumSource(names = {"FP16", "BF16"})
  void cachesOfNarrowModelsAreHalfAsLarge(Precision precision) {
    var text = checkpoint.config().text();
    long floats = 2L * 3 * 1100 * text.layers() * text.kvHeads() * text.headDim();
    DecoderSettings settings = SETTINGS.withKvBytesLimit(2 * floats);

    assertThatThrownBy(() -> DecoderStage.open(settings, Telemetry.off()))
        .hasMessageContaining("kv-memory-limit");
    assertThatThrownBy(() -> DecoderStage.open(settings.withPrecision(precision), Telemetry.off()))
        .isInstanceOf(ModelFault.class)
        .hasMessageContaining("is for a GPU");
  }

  @Test
  void refusesSlotsLongerThanTheContext() {
    int tooLong = checkpoint.config().text().contextLength() + 1;
    assertThatThrownBy(() -> DecoderStage.open(SETTINGS.withSlotCapacity(tooLong), Telemetry.off()))
        .isInstanceOf(ModelFault.class)
        .hasMessageContaining("slot-capacity");
  }

  private List<Integer> answer(String name) {
    int[] ids = Golden.ints(MODEL, name + "/input_ids");
    PromptLayout layout = layout(ids);
    try (var call = open()) {
      call.send(DecodeRequest.newBuilder().setHeader(header(layout)).build());
      // The last tile first: the order of arrival does not matter.
      for (int tile = layout.getSpansCount() - 1; tile >= 0; tile--) {
        VisualTokens tokens = visualTokens(name, layout, tile);
        call.send(DecodeRequest.newBuilder().setVisualTokens(tokens).build());
      }
      call.halfClose();
      List<Integer> tokens = new ArrayList<>();
      for (var next = call.next(); next.isPresent(); next = call.next()) {
        tokens.addAll(next.get().getToken().getIdsList());
      }
      return tokens;
    }
  }

  private static List<Integer> expected(String name) {
    List<Integer> tokens = new ArrayList<>();
    for (JsonNode token : Golden.json(MODEL + "/golden.json").at("/cases/" + name + "/greedy_24")) {
      tokens.add(token.asInt());
    }
    return tokens;
  }

  private ClientStream<DecodeRequest, DecodeResponse> open() {
    return ClientStream.open(
        Stage.STAGE_DECODER,
        StreamLimits.defaults(),
        responses -> DecodeServiceGrpc.newStub(channel).decode(responses));
  }

  private DecodeHeader header(PromptLayout layout) {
    return DecodeHeader.newBuilder()
        .setCheckpoint(
            CheckpointRef.newBuilder().setModel(MODEL).setFingerprint(checkpoint.fingerprint()))
        .setLayout(layout)
        .setSampling(Sampling.newBuilder().setMaxTokens(24).setIgnoreEos(true))
        .build();
  }

  /** One span for each run of image tokens. */
  private PromptLayout layout(int[] ids) {
    int image = checkpoint.config().imageTokenId();
    PromptLayout.Builder layout = PromptLayout.newBuilder();
    for (int i = 0; i < ids.length; i++) {
      layout.addTokenIds(ids[i]);
      if (ids[i] == image && (i == 0 || ids[i - 1] != image)) {
        layout.addSpans(VisualSpan.newBuilder().setPosition(i));
      }
      if (ids[i] == image) {
        VisualSpan.Builder last = layout.getSpansBuilder(layout.getSpansCount() - 1);
        last.setLength(last.getLength() + 1);
      }
    }
    return layout.build();
  }

  private VisualTokens visualTokens(String name, PromptLayout layout, int tile) {
    int hidden = checkpoint.config().text().hiddenSize();
    int length = layout.getSpans(tile).getLength();
    int first =
        layout.getSpansList().subList(0, tile).stream().mapToInt(VisualSpan::getLength).sum();
    float[] features = Golden.floats(MODEL, name + "/image_features");
    ByteBuffer data =
        ByteBuffer.allocate(length * hidden * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(features, first * hidden, length * hidden);
    return VisualTokens.newBuilder()
        .setTileIndex(tile)
        .setLength(length)
        .setHiddenSize(hidden)
        .setElementType(ElementType.ELEMENT_TYPE_FLOAT32)
        .setData(ByteString.copyFrom(data.duplicate()))
        .setTileDigest(ByteString.copyFrom(new byte[Digest.BYTES]))
        .setFingerprint(checkpoint.fingerprint())
        .setDigest(ByteString.copyFrom(Digest.of(data).toBytes()))
        .build();
  }
}
