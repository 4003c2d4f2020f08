package dev.argus.gateway.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.DeadlineExpired;
import dev.argus.base.failure.InvalidInput;
import dev.argus.base.failure.ModelFault;
import dev.argus.base.failure.NotFound;
import dev.argus.base.failure.Overloaded;
import dev.argus.base.failure.Upstream;
import dev.argus.base.tenant.Tenant;
import dev.argus.gateway.GatewaySettings;
import dev.argus.gateway.GatewayStage;
import dev.argus.gateway.core.AdmissionLimits;
import dev.argus.service.channel.ChannelLimits;
import dev.argus.service.channel.Channels;
import dev.argus.service.server.InProcessServer;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.service.wire.ClientStream;
import dev.argus.service.wire.StreamLimits;
import dev.argus.stage.v1.ImageGeometry;
import dev.argus.stage.v1.NamedRegion;
import dev.argus.v1.Activity;
import dev.argus.v1.Box;
import dev.argus.v1.Choices;
import dev.argus.v1.Completion;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.GenerateResponse;
import dev.argus.v1.GenerationServiceGrpc;
import dev.argus.v1.Image;
import dev.argus.v1.JsonSchema;
import dev.argus.v1.ListModelsRequest;
import dev.argus.v1.Message;
import dev.argus.v1.Model;
import dev.argus.v1.Part;
import dev.argus.v1.Region;
import dev.argus.v1.Regions;
import dev.argus.v1.ResponseFormat;
import dev.argus.v1.Role;
import dev.argus.v1.Stage;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class GenerationEndpointTest {
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
  private final Telemetry telemetry = Telemetry.of(sdk());
  private final FakeServices stages = new FakeServices();
  private final InProcessServer stageServer = InProcessServer.start(name(), stages, telemetry);
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : open.reversed()) {
      resource.close();
    }
    stageServer.close();
  }

  @Test
  void answersWithTokensAndThenOneCompletion() {
    List<GenerateResponse> answer = readAll(generate(gateway(), question()));

    assertThat(answer).hasSize(4);
    assertThat(answer.subList(0, 3))
        .extracting(event -> event.getToken().getText())
        .containsExactly("token 0", "token 1", "token 2");
    Completion completion = answer.getLast().getCompletion();
    assertThat(completion.getModel()).isEqualTo("tiny");
    assertThat(completion.getUsage().getPromptTokens()).isEqualTo(13);
    assertThat(completion.getUsage().getVisualTokens()).isEqualTo(8);
    assertThat(completion.getUsage().getTiles()).isEqualTo(2);
    assertThat(completion.getUsage().getCompletionTokens()).isEqualTo(3);
    assertThat(completion.getUsage().getCachedTokens()).isEqualTo(4);
    assertThat(completion.getUsage().getCachedTiles()).isEqualTo(1);
    var anatomy = completion.getAnatomy();
    assertThat(anatomy.getActivitiesList())
        .extracting(Activity::getStage)
        .containsExactlyInAnyOrder(
            Stage.STAGE_PREPROCESS, Stage.STAGE_ENCODER, Stage.STAGE_DECODER);
    assertThat(anatomy.getActivitiesList())
        .allSatisfy(activity -> assertThat(activity.getStartMs()).isGreaterThanOrEqualTo(1));
    assertThat(anatomy.getTtftMs()).isPositive().isLessThanOrEqualTo(anatomy.getTotalMs());
  }

  @Test
  void regionsArePlacedInThePictureAsItsFileStoresIt() {
    stages.images =
        List.of(ImageGeometry.newBuilder().setWidth(200).setHeight(100).build(), turned());
    stages.regions =
        List.of(
            NamedRegion.newBuilder()
                .setLabel("a cat")
                .setBox(box(0.5f, 0.25f, 0.75f, 0.5f))
                .setConfidence(0.9f)
                .setFirstToken(1)
                .setEndToken(3)
                .build());

    List<GenerateResponse> answer = readAll(generate(gateway(), regions(picture())));

    assertThat(answer.get(3).getRegion())
        .isEqualTo(
            Region.newBuilder()
                .setLabel("a cat")
                .setBox(box(10, 10, 20, 20)) // 40 x 40 stored: x is y, y is 1 - x.
                .setNormalizedBox(box(0.5f, 0.25f, 0.75f, 0.5f))
                .setConfidence(0.9f)
                .setFirstToken(1)
                .setEndToken(3)
                .setImageIndex(1)
                .build());
    assertThat(answer.getLast().hasCompletion()).isTrue();
    assertThat(stages.format.hasRegions()).isTrue();
  }

  @Test
  void refusesAResponseFormatThatCannotBe() {
    ManagedChannel gateway = gateway();
    assertRefused(gateway, ResponseFormat.newBuilder(), "response_format.kind must be set");
    assertRefused(
        gateway,
        ResponseFormat.newBuilder().setRegex(""),
        "response_format.regex has 0 characters; must have 1 to 16384");
    assertRefused(
        gateway,
        ResponseFormat.newBuilder().setJsonSchema(JsonSchema.getDefaultInstance()),
        "response_format.json_schema.schema has 0 characters");
    assertRefused(
        gateway,
        ResponseFormat.newBuilder().setChoices(Choices.getDefaultInstance()),
        "response_format.choices.values has 0; must have 1 to 1024");
    assertRefused(
        gateway,
        ResponseFormat.newBuilder().setChoices(Choices.newBuilder().addValues("a").addValues("")),
        "response_format.choices.values[1] has 0 characters");
    assertRefused(
        gateway,
        ResponseFormat.newBuilder().setRegions(Regions.getDefaultInstance()),
        "response_format.regions needs a picture in messages");
  }

  private void assertRefused(
      ManagedChannel gateway, ResponseFormat.Builder format, String problem) {
    assertThatThrownBy(() ->
            readAll(generate(gateway, question().toBuilder().setResponseFormat(format).build())))
        .isInstanceOf(InvalidInput.class)
        .hasMessageContaining(problem);
  }

  private static ImageGeometry turned() {
    return ImageGeometry.newBuilder().setWidth(40).setHeight(40).setOrientation(6).build();
  }

  private static Box box(float xMin, float yMin, float xMax, float yMax) {
    return Box.newBuilder().setXMin(xMin).setYMin(yMin).setXMax(xMax).setYMax(yMax).build();
  }

  private static Part picture() {
    return Part.newBuilder().setImage(Image.getDefaultInstance()).build();
  }

  private static GenerateRequest regions(Part picture) {
    GenerateRequest.Builder request =
        question().toBuilder()
            .setResponseFormat(
                ResponseFormat.newBuilder().setRegions(Regions.getDefaultInstance()));
    request.getMessagesBuilder(0).addContent(picture);
    return request.build();
  }

  @Test
  void oneTraceFollowsTheRequestThroughAllStages() {
    List<GenerateResponse> answer = readAll(generate(gateway(), question()));
    String traceId = answer.getLast().getCompletion().getAnatomy().getTraceId();
    Awaitility.await().until(() -> spans.getFinishedSpanItems().size() == 5);

    assertThat(spans.getFinishedSpanItems())
        .allSatisfy(span -> assertThat(span.getTraceId()).isEqualTo(traceId));
    SpanData generation = span("chat tiny");
    assertThat(generation.getAttributes().asMap().toString())
        .contains("gen_ai.request.model=tiny")
        .contains("gen_ai.usage.input_tokens=13")
        .contains("gen_ai.usage.output_tokens=3")
        .contains("gen_ai.usage.cache_read.input_tokens=4")
        .contains("argus.tiles.cached=1");
    assertThat(spans.getFinishedSpanItems())
        .filteredOn(span -> span.getParentSpanId().equals(generation.getSpanId()))
        .hasSize(3);
  }

  @Test
  void requestsAreCountedByOutcome() {
    ManagedChannel gateway = gateway();
    readAll(generate(gateway, question()));
    assertThatThrownBy(() -> readAll(generate(gateway, questionFor("huge"))))
        .isInstanceOf(NotFound.class);
    Awaitility.await().until(() -> requestsEnded() == 2);

    String counted = metric("argus.gateway.requests").orElseThrow().toString();
    assertThat(counted).contains("completed").contains("not_found").doesNotContain("huge");
    assertThat(metric("gen_ai.server.request.duration")).isPresent();
    assertThat(metric("gen_ai.server.time_to_first_token")).isPresent();
    assertThat(metric("argus.gateway.requests.active").orElseThrow().getLongSumData().getPoints())
        .allSatisfy(point -> assertThat(point.getValue()).isZero());
  }

  @Test
  void histogramsNameATraceAsTheirExample() {
    List<GenerateResponse> answer = readAll(generate(gateway(), question()));
    String traceId = answer.getLast().getCompletion().getAnatomy().getTraceId();
    Awaitility.await().until(() -> spans.getFinishedSpanItems().size() == 5);

    // Once: whoever collects takes the exemplars along.
    assertThat(metrics.collectAllMetrics())
        .filteredOn(metric -> metric.getName().startsWith("gen_ai.server."))
        .hasSize(3)
        .flatExtracting(metric -> metric.getHistogramData().getPoints())
        .allSatisfy(point ->
            assertThat(point.getExemplars())
                .extracting(exemplar -> exemplar.getSpanContext().getTraceId())
                .containsExactly(traceId));
  }

  @Test
  void theFirstModelAnswersWhereNoneIsNamed() {
    assertThat(readAll(generate(gateway(), questionFor(""))).getLast().getCompletion().getModel())
        .isEqualTo("tiny");
  }

  @Test
  void listsItsModels() {
    assertThat(
            GenerationServiceGrpc.newBlockingStub(gateway())
                .listModels(ListModelsRequest.getDefaultInstance())
                .getModelsList())
        .extracting(Model::getName)
        .containsExactly("tiny", "small");
  }

  @Test
  void anUnknownModelIsToldWhichThereAre() {
    assertThatThrownBy(() -> readAll(generate(gateway(), questionFor("huge"))))
        .isInstanceOf(NotFound.class)
        .hasMessage("There is no model named \"huge\"; served are: tiny, small");
  }

  @Test
  void aConversationMustNotBeEmpty() {
    assertThatThrownBy(() -> readAll(generate(gateway(), GenerateRequest.getDefaultInstance())))
        .isInstanceOfSatisfying(
            InvalidInput.class, wrong -> assertThat(wrong.field()).isEqualTo("messages"));
  }

  @Test
  void theWrongFieldIsNamedWhicheverStageFindsIt() {
    stages.inDecoder = () -> fail(new InvalidInput("sampling.temperature", "must not be NaN"));
    assertThatThrownBy(() -> readAll(generate(gateway(), question())))
        .isInstanceOfSatisfying(
            InvalidInput.class,
            wrong -> assertThat(wrong.field()).isEqualTo("sampling.temperature"))
        .hasMessage("sampling.temperature must not be NaN");
  }

  @Test
  void aFaultOfAStageIsNotTheClients() {
    stages.inEncoder = () -> fail(new InvalidInput("tile.side", "must be 512"));
    assertThatThrownBy(() -> readAll(generate(gateway(), question())))
        .isInstanceOf(ModelFault.class)
        .hasMessageContaining("incident");
  }

  @Test
  void theTenantOfTheMetadataReachesTheStagesThatKeepCaches() {
    readAll(generate(gateway(), question()));
    assertThat(stages.tenants).containsExactlyInAnyOrder("encoder default", "decoder default");

    stages.tenants.clear();
    readAll(generateFor("team-7", gateway()));
    assertThat(stages.tenants).containsExactlyInAnyOrder("encoder team-7", "decoder team-7");
  }

  @Test
  void anImpossibleTenantIsRefused() {
    assertThatThrownBy(() -> readAll(generateFor("two words", gateway())))
        .isInstanceOfSatisfying(
            InvalidInput.class, wrong -> assertThat(wrong.field()).isEqualTo("argus-tenant"));
  }

  @Test
  void aGatewayOfOneTenantDoesNotAsk() {
    ManagedChannel gateway = gateway(settings -> settings.withTenant(new Tenant("only")));

    readAll(generateFor("another", gateway));

    assertThat(stages.tenants).containsExactlyInAnyOrder("encoder only", "decoder only");
  }

  @Test
  void aFullStagesRetryHintReachesTheClient() {
    stages.inPreprocess = () -> fail(new Overloaded("Full", Duration.ofSeconds(7)));
    assertThatThrownBy(() -> readAll(generate(gateway(), question())))
        .isInstanceOfSatisfying(
            Overloaded.class,
            full -> assertThat(full.retryAfter()).isEqualTo(Duration.ofSeconds(7)));
  }

  @Test
  void aStageThatIsAwayIsUnavailable() {
    ManagedChannel gateway =
        gateway(settings ->
            GatewaySettings.defaults(
                settings.models(), settings.preprocess(), settings.encoder(), "in-process:nobody"));
    assertThatThrownBy(() -> readAll(generate(gateway, question())))
        .isInstanceOf(Upstream.class)
        .hasMessageContaining("decoder service cannot be reached");
  }

  @Test
  void moreRequestsThanTheLimitAreRefused() throws Exception {
    var hold = new CountDownLatch(1);
    stages.inPreprocess = () -> await(hold);
    ManagedChannel gateway =
        gateway(settings -> settings.withAdmission(new AdmissionLimits(1, 1, 1000, 1000)));
    var first = generate(gateway, question());
    Awaitility.await().until(() -> metric("argus.gateway.requests.active").isPresent());

    assertThatThrownBy(() -> readAll(generate(gateway, question())))
        .isInstanceOfSatisfying(
            Overloaded.class, full -> assertThat(full.retryAfter()).isPositive());

    hold.countDown();
    assertThat(readAll(first)).hasSize(4);
    Awaitility.await().until(() -> requestsEnded() == 2);
    assertThat(readAll(generate(gateway, question()))).hasSize(4);
  }

  @Test
  void visualTokensThatTheDecoderHasNoNeedOfMayComeTooLate() {
    stages.hasty = true;
    stages.inEncoder = () -> Awaitility.await().until(() -> ended("DecodeService/Decode"));

    List<GenerateResponse> answer = readAll(generate(gateway(), question()));

    assertThat(answer).hasSize(1);
    assertThat(answer.getFirst().getCompletion().getUsage().getCompletionTokens()).isEqualTo(3);
  }

  /** Whether a call's span has ended. */
  private boolean ended(String method) {
    return spans.getFinishedSpanItems().stream().anyMatch(span -> span.getName().contains(method));
  }

  @Test
  void aClientThatCancelsFreesEveryStage(@TempDir Path folder) throws Exception {
    stages.tokens = 1_000_000;
    var call = generate(gateway(), question());
    assertThat(call.next()).isPresent();

    call.cancel(new Cancelled("Enough"));

    assertThat(stages.decoderCancelled.await(10, TimeUnit.SECONDS)).isTrue();
    noThreadIsLeft(folder);
    assertThat(metric("argus.gateway.requests").orElseThrow().toString()).contains("cancelled");
  }

  @Test
  void noThreadIsLeftAfterManyRequestsOfAllKinds(@TempDir Path folder) throws Exception {
    ManagedChannel gateway = gateway();
    for (int i = 0; i < 20; i++) {
      readAll(generate(gateway, question()));
      generate(gateway, question()).close();
    }
    stages.inEncoder = () -> fail(new Overloaded("Full", Duration.ofSeconds(1)));
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> readAll(generate(gateway, question())))
          .isInstanceOf(Overloaded.class);
    }
    noThreadIsLeft(folder);
  }

  @Test
  void theServersTimeLimitReachesEveryStage(@TempDir Path folder) throws Exception {
    var hold = new CountDownLatch(1);
    stages.inPreprocess = () -> await(hold);
    ManagedChannel gateway =
        gateway(settings -> settings.withTimeouts(Duration.ofMillis(100), Duration.ofMillis(100)));

    assertThatThrownBy(() -> readAll(generate(gateway, question())))
        .isInstanceOf(DeadlineExpired.class);

    assertThat(stages.decoderCancelled.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(stages.encoderCancelled.await(10, TimeUnit.SECONDS)).isTrue();
    hold.countDown();
    noThreadIsLeft(folder);
    assertThat(metric("argus.gateway.requests").orElseThrow().toString())
        .contains("deadline_expired");
  }

  @Test
  void theClientsDeadlineReachesEveryStage(@TempDir Path folder) throws Exception {
    stages.tokens = 1_000_000;
    var stub =
        GenerationServiceGrpc.newStub(gateway()).withDeadlineAfter(300, TimeUnit.MILLISECONDS);
    ClientStream<GenerateRequest, GenerateResponse> call =
        ClientStream.open(
            Stage.STAGE_GATEWAY,
            StreamLimits.defaults(),
            responses -> stub.generate(question(), responses));

    assertThatThrownBy(
            () -> {
              while (call.next().isPresent()) {
                Thread.onSpinWait();
              }
            })
        .isInstanceOf(DeadlineExpired.class);
    assertThat(stages.decoderCancelled.await(10, TimeUnit.SECONDS)).isTrue();
    noThreadIsLeft(folder);
  }

  @Test
  void aClientThatReadsSlowlyHoldsTheDecoderBack() {
    stages.tokens = 5000;
    var call = generate(gateway(), question());
    assertThat(call.next()).isPresent();
    // The decoder's count stands still long before its end: nobody asks it for more.
    int held = standstill();
    assertThat(held).isLessThan(200);
    assertThat(readAll(call)).hasSize(5000);
  }

  @Test
  void aClientThatStopsReadingIsDropped(@TempDir Path folder) throws Exception {
    stages.tokens = 5000;
    ManagedChannel gateway =
        gateway(settings -> settings.withStreams(new StreamLimits(4, Duration.ofMillis(100))));
    var call = generate(gateway, question());

    assertThat(stages.decoderCancelled.await(10, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> readAll(call))
        .isInstanceOf(Cancelled.class)
        .hasMessageContaining("took nothing");
    noThreadIsLeft(folder);
  }

  private int standstill() {
    int before = -1;
    int now = stages.tokensSent.get();
    while (now != before) {
      LockSupport.parkNanos(200_000_000);
      before = now;
      now = stages.tokensSent.get();
    }
    return now;
  }

  private void noThreadIsLeft(Path folder) {
    Awaitility.await()
        .until(() -> {
          try {
            return VirtualThreads.named(folder, "argus-call").isEmpty()
                && VirtualThreads.named(folder, "argus-gateway-relay").isEmpty();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Waits for what other threads do; the test's own time limit ends it. */
  private ManagedChannel gateway() {
    return gateway(settings -> settings);
  }

  private ManagedChannel gateway(UnaryOperator<GatewaySettings> change) {
    String target = stageServer.target();
    GatewayStage stage =
        GatewayStage.open(
            change.apply(
                GatewaySettings.defaults(List.of("tiny", "small"), target, target, target)),
            telemetry);
    InProcessServer server = InProcessServer.start(name(), stage, telemetry);
    ManagedChannel channel = Channels.open(server.target(), telemetry, ChannelLimits.defaults());
    open.add(stage);
    open.add(server);
    open.add(channel::shutdownNow);
    return channel;
  }

  private static ClientStream<GenerateRequest, GenerateResponse> generate(
      ManagedChannel gateway, GenerateRequest request) {
    var stub = GenerationServiceGrpc.newStub(gateway);
    return ClientStream.open(
        Stage.STAGE_GATEWAY,
        StreamLimits.defaults(),
        responses -> stub.generate(request, responses));
  }

  private static ClientStream<GenerateRequest, GenerateResponse> generateFor(
      String tenant, ManagedChannel gateway) {
    var metadata = new Metadata();
    metadata.put(Metadata.Key.of("argus-tenant", Metadata.ASCII_STRING_MARSHALLER), tenant);
    var stub =
        GenerationServiceGrpc.newStub(gateway)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
    return ClientStream.open(
        Stage.STAGE_GATEWAY,
        StreamLimits.defaults(),
        responses -> stub.generate(question(), responses));
  }

  private static List<GenerateResponse> readAll(
      ClientStream<GenerateRequest, GenerateResponse> call) {
    List<GenerateResponse> responses = new ArrayList<>();
    for (var next = call.next(); next.isPresent(); next = call.next()) {
      responses.add(next.get());
    }
    return responses;
  }

  private static GenerateRequest question() {
    return questionFor("tiny");
  }

  private static GenerateRequest questionFor(String model) {
    return GenerateRequest.newBuilder()
        .setModel(model)
        .addMessages(
            Message.newBuilder()
                .setRole(Role.ROLE_USER)
                .addContent(Part.newBuilder().setText("What is this?")))
        .build();
  }

  private Optional<MetricData> metric(String name) {
    return metrics.collectAllMetrics().stream()
        .filter(metric -> metric.getName().equals(name))
        .findFirst();
  }

  private long requestsEnded() {
    return metric("argus.gateway.requests").stream()
        .flatMap(metric -> metric.getLongSumData().getPoints().stream())
        .mapToLong(point -> point.getValue())
        .sum();
  }

  private SpanData span(String name) {
    return spans.getFinishedSpanItems().stream()
        .filter(span -> span.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private OpenTelemetrySdk sdk() {
    return OpenTelemetrySdk.builder()
        .setTracerProvider(
            SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(spans)).build())
        .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(metrics).build())
        .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
        .build();
  }

  private static String name() {
    return UUID.randomUUID().toString();
  }

  private static void fail(RuntimeException failure) {
    throw failure;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
