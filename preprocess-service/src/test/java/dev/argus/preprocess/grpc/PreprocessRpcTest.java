package dev.argus.preprocess.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.argus.base.failure.ArgusException;
import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.DeadlineExpired;
import dev.argus.base.failure.InvalidInput;
import dev.argus.base.failure.NotFound;
import dev.argus.base.failure.WrongCheckpoint;
import dev.argus.preprocess.PreprocessSettings;
import dev.argus.preprocess.PreprocessStage;
import dev.argus.service.channel.ChannelLimits;
import dev.argus.service.channel.Channels;
import dev.argus.service.server.InProcessServer;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.service.wire.ClientStream;
import dev.argus.service.wire.StreamLimits;
import dev.argus.stage.v1.CheckpointRef;
import dev.argus.stage.v1.Conversation;
import dev.argus.stage.v1.HeldTiles;
import dev.argus.stage.v1.PreprocessHeader;
import dev.argus.stage.v1.PreprocessRequest;
import dev.argus.stage.v1.PreprocessResponse;
import dev.argus.stage.v1.PreprocessServiceGrpc;
import dev.argus.stage.v1.Tile;
import dev.argus.testdata.Golden;
import dev.argus.v1.Activity;
import dev.argus.v1.ActivityKind;
import dev.argus.v1.Image;
import dev.argus.v1.Message;
import dev.argus.v1.Part;
import dev.argus.v1.Role;
import dev.argus.v1.Stage;
import io.grpc.ManagedChannel;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PreprocessRpcTest {
  private static final String CHECKPOINT = "tiny-idefics3";
  private static final String PHOTO = "08_photo_420_1024x768.jpg";

  private final SpanQueue spans = new SpanQueue();
  private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
  private final Telemetry telemetry =
      Telemetry.of(
          OpenTelemetrySdk.builder()
              .setTracerProvider(
                  SdkTracerProvider.builder()
                      .addSpanProcessor(SimpleSpanProcessor.create(spans))
                      .build())
              .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(metrics).build())
              .build());
  private final PreprocessStage stage =
      PreprocessStage.open(
          PreprocessSettings.defaults(Map.of("tiny", Golden.path(CHECKPOINT)))
              .withStallLimit(Duration.ofMillis(300)),
          telemetry);
  private final InProcessServer server =
      InProcessServer.start("preprocess-" + UUID.randomUUID(), stage, telemetry);
  private final ManagedChannel channel =
      Channels.open(server.target(), Telemetry.off(), ChannelLimits.defaults());

  @BeforeEach
  void knowsItsOwnTrace() {
    spans.clear();
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    server.close();
    stage.close();
  }

  @Test
  void streamsHeaderThenTilesThenSummary() throws Exception {
    List<PreprocessResponse> responses = all(request(asks(picture(PHOTO), text("What?"))));

    PreprocessHeader header = responses.getFirst().getHeader();
    assertThat(header.getCheckpoint().getModel()).isEqualTo("tiny");
    assertThat(header.getCheckpoint().getFingerprint()).hasSize(64);
    assertThat(header.getImages(0).getWidth()).isEqualTo(1024);
    assertThat(header.getImages(0).getHeight()).isEqualTo(768);
    int tiles = header.getLayout().getSpansCount();
    assertThat(header.getImages(0).getTiles()).isEqualTo(tiles);
    assertThat(header.getImages(0).getRows() * header.getImages(0).getColumns() + 1)
        .isEqualTo(tiles);
    assertThat(responses).hasSize(tiles + 2);
    for (int i = 0; i < tiles; i++) {
      Tile tile = responses.get(1 + i).getTile();
      assertThat(tile.getIndex()).isEqualTo(i);
      assertThat(header.getLayout().getSpans(i).getDigest().size()).isEqualTo(32);
      assertThat(tile.getPixels().size()).isEqualTo(3 * tile.getSide() * tile.getSide());
    }
    List<Activity> activities = responses.getLast().getSummary().getActivitiesList();
    assertThat(activities)
        .extracting(Activity::getKind)
        .contains(
            ActivityKind.ACTIVITY_KIND_TOKENIZE,
            ActivityKind.ACTIVITY_KIND_DECODE_IMAGE,
            ActivityKind.ACTIVITY_KIND_RESIZE);
    assertThat(activities)
        .allSatisfy(a -> assertThat(a.getStage()).isEqualTo(Stage.STAGE_PREPROCESS));
  }

  @Test
  void sendsTheReferencesTokenIds() {
    JsonNode expected = Golden.json(CHECKPOINT + "/golden.json").at("/cases/C_text_only");

    PreprocessHeader header =
        all(request(asks(text("The quick brown fox: 12 + 30 = ?")))).getFirst().getHeader();

    assertThat(header.getLayout().getTokenIdsList().stream().mapToInt(Integer::intValue).toArray())
        .isEqualTo(Golden.expandRunLengths(expected.get("input_ids_rle")));
    assertThat(header.getImagesList()).isEmpty();
  }

  @Test
  void namesWhatIsWrong() {
    refuses(Conversation.newBuilder().setCheckpoint(tiny()), "messages");
    refuses(request(Message.newBuilder().addContent(text("hi"))), "messages[0].role");
    refuses(request(Message.newBuilder().setRoleValue(9)), "messages[0].role");
    refuses(request(asks(text("hi"), Part.newBuilder())), "messages[0].content[1]");
    refuses(request(asks(text(""))), "messages[0].content[0].text");
    refuses(
        request(asks(text("hi"), Part.newBuilder().setImage(Image.getDefaultInstance()))),
        "messages[0].content[1].image.data");
    refuses(
        request(asks(Part.newBuilder().setImage(Image.newBuilder().setDetailValue(9)))),
        "messages[0].content[0].image.detail");
    refuses(
        request(asks(image(ByteString.copyFromUtf8("no image")))),
        "messages[0].content[0].image.data");
    refuses(
        request(asks(image(bytes(PHOTO).substring(0, 50_000)))),
        "messages[0].content[0].image.data");
    refuses(request(asks(text("x".repeat((1 << 20) + 1)))), "messages");
  }

  @Test
  void knowsItsModelsOnly() {
    var unknown = CheckpointRef.newBuilder().setModel("huge");
    assertThatThrownBy(() -> all(request(asks(text("hi"))).setCheckpoint(unknown)))
        .isInstanceOf(NotFound.class)
        .hasMessageContaining("huge")
        .hasMessageContaining("[tiny]");
    var other = tiny().setFingerprint("0".repeat(64));
    assertThatThrownBy(() -> all(request(asks(text("hi"))).setCheckpoint(other)))
        .isInstanceOf(WrongCheckpoint.class);
  }

  @Test
  void writesItsActivitiesAsSpansBelowTheCalls() throws Exception {
    all(request(asks(picture(PHOTO), text("What?"))));

    List<SpanData> written = spans.takeUntil(span -> span.getKind() == SpanKind.SERVER);
    SpanData call = written.removeLast();
    assertThat(written)
        .extracting(SpanData::getName)
        .contains(
            "argus.preprocess.tokenize",
            "argus.preprocess.decode_image",
            "argus.preprocess.resize");
    assertThat(written)
        .allSatisfy(span -> assertThat(span.getKind()).isEqualTo(SpanKind.INTERNAL))
        .allSatisfy(span -> assertThat(span.getParentSpanId()).isEqualTo(call.getSpanId()));
    assertThat(metrics.collectAllMetrics())
        .extracting(MetricData::getName)
        .contains(
            "argus.preprocess.activity.duration",
            "argus.preprocess.images",
            "argus.preprocess.tiles",
            "argus.preprocess.requests.active",
            "argus.preprocess.load",
            "argus.preprocess.work.waiting",
            "argus.preprocess.pixels.memory");
  }

  @Test
  void freesItsPlaceWhenTheCallerCancels() throws Exception {
    try (var call = open(request(asks(picture(PHOTO), picture(PHOTO), text("?"))))) {
      assertThat(call.next()).isPresent();
    }

    spans.take("argus.preprocess.tokenize");
    await().until(() -> gauge("argus.preprocess.requests.active") == 0);
  }

  @Test
  void leavesOutTheTilesThatItHearsAreHeld() {
    try (var call = open(request(asks(picture(PHOTO), picture(PHOTO), text("?"))))) {
      int tiles = call.next().orElseThrow().getHeader().getLayout().getSpansCount();
      // The second picture is not cut while nobody takes the tiles of the first.
      call.send(held(tiles - 1));

      List<Integer> indices =
          drain(call).stream()
              .filter(PreprocessResponse::hasTile)
              .map(response -> response.getTile().getIndex())
              .toList();

      assertThat(indices).hasSizeLessThan(tiles).endsWith(tiles - 1).isSorted();
    }
  }

  @Test
  void refusesMessagesOutOfTurn() {
    try (var call = open()) {
      call.send(held(1));
      refused(call, "conversation");
    }
    try (var call = open()) {
      call.send(PreprocessRequest.getDefaultInstance());
      refused(call, "event");
    }
    try (var call = open()) {
      call.halfClose();
      refused(call, "conversation");
    }
    Conversation.Builder pictures = request(asks(picture(PHOTO), picture(PHOTO), text("?")));
    try (var call = open(pictures)) {
      call.send(PreprocessRequest.newBuilder().setConversation(pictures).build());
      refused(call, "conversation");
    }
    try (var call = open(pictures)) {
      call.send(held(1));
      call.send(held(1));
      refused(call, "held_tiles");
    }
  }

  private static void refused(
      ClientStream<PreprocessRequest, PreprocessResponse> call, String field) {
    assertThatThrownBy(() -> drain(call))
        .isInstanceOfSatisfying(InvalidInput.class, e -> assertThat(e.field()).isEqualTo(field));
  }

  @Test
  void givesAReaderUpThatTakesNothing() throws Exception {
    try (var call = open(request(asks(picture(PHOTO), picture(PHOTO), text("?"))))) {
      spans.take("argus.preprocess.tokenize");

      assertThatThrownBy(() -> drain(call))
          .isInstanceOf(Cancelled.class)
          .hasMessageContaining("took nothing");
    }
    await().until(() -> gauge("argus.preprocess.requests.active") == 0);
  }

  @Test
  void obeysADeadline() {
    var late = PreprocessServiceGrpc.newStub(channel).withDeadlineAfter(1, TimeUnit.MILLISECONDS);
    Conversation.Builder request = request(asks(picture("10_square_444_1600x1600.jpg"), text("?")));

    assertThatThrownBy(
            () -> {
              try (ClientStream<PreprocessRequest, PreprocessResponse> call =
                  ClientStream.open(
                      Stage.STAGE_PREPROCESS, StreamLimits.defaults(), late::preprocess)) {
                call.send(PreprocessRequest.newBuilder().setConversation(request).build());
                drain(call);
              }
            })
        .isInstanceOf(DeadlineExpired.class);
  }

  private void refuses(Conversation.Builder request, String field) {
    assertThatThrownBy(() -> all(request))
        .isInstanceOfSatisfying(InvalidInput.class, e -> assertThat(e.field()).isEqualTo(field));
  }

  private long gauge(String name) {
    return metrics.collectAllMetrics().stream()
        .filter(metric -> metric.getName().equals(name))
        .flatMap(metric -> metric.getLongGaugeData().getPoints().stream())
        .findFirst()
        .orElseThrow()
        .getValue();
  }

  private List<PreprocessResponse> all(Conversation.Builder request) throws ArgusException {
    try (var call = open(request)) {
      return drain(call);
    }
  }

  private static List<PreprocessResponse> drain(
      ClientStream<PreprocessRequest, PreprocessResponse> call) {
    List<PreprocessResponse> responses = new ArrayList<>();
    for (Optional<PreprocessResponse> next = call.next(); next.isPresent(); next = call.next()) {
      responses.add(next.get());
    }
    return responses;
  }

  private ClientStream<PreprocessRequest, PreprocessResponse> open(Conversation.Builder request) {
    ClientStream<PreprocessRequest, PreprocessResponse> call = open();
    call.send(PreprocessRequest.newBuilder().setConversation(request).build());
    return call;
  }

  private ClientStream<PreprocessRequest, PreprocessResponse> open() {
    return ClientStream.open(
        Stage.STAGE_PREPROCESS,
        new StreamLimits(1, Duration.ofSeconds(30)),
        PreprocessServiceGrpc.newStub(channel)::preprocess);
  }

  private static PreprocessRequest held(int tiles) {
    return PreprocessRequest.newBuilder()
        .setHeldTiles(HeldTiles.newBuilder().setTiles(tiles))
        .build();
  }

  private static Conversation.Builder request(Message.Builder message) {
    return Conversation.newBuilder().setCheckpoint(tiny()).addMessages(message);
  }

  private static CheckpointRef.Builder tiny() {
    return CheckpointRef.newBuilder().setModel("tiny");
  }

  private static Message.Builder asks(Part.Builder... parts) {
    Message.Builder message = Message.newBuilder().setRole(Role.ROLE_USER);
    for (Part.Builder part : parts) {
      message.addContent(part);
    }
    return message;
  }

  private static Part.Builder text(String text) {
    return Part.newBuilder().setText(text);
  }

  private static Part.Builder picture(String name) {
    return image(bytes(name));
  }

  private static Part.Builder image(ByteString data) {
    return Part.newBuilder().setImage(Image.newBuilder().setData(data));
  }

  private static ByteString bytes(String name) {
    return ByteString.copyFrom(Golden.bytes("images/" + name));
  }
}
