package dev.argus.gateway.grpc;

import dev.argus.base.failure.ArgusException;
import dev.argus.base.failure.InvalidInput;
import dev.argus.gateway.core.Admission;
import dev.argus.gateway.core.Answer;
import dev.argus.gateway.core.Listener;
import dev.argus.gateway.core.Orchestration;
import dev.argus.gateway.core.PromptPlan;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.service.wire.SamplingFields;
import dev.argus.service.wire.StreamSender;
import dev.argus.service.wire.StreamingCall;
import dev.argus.stage.v1.ImageGeometry;
import dev.argus.stage.v1.NamedRegion;
import dev.argus.stage.v1.PreprocessHeader;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.GenerateResponse;
import dev.argus.v1.GenerationServiceGrpc;
import dev.argus.v1.ListModelsRequest;
import dev.argus.v1.ListModelsResponse;
import dev.argus.v1.Model;
import dev.argus.v1.Token;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.context.Scope;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** The public API. */
public final class GenerationEndpoint extends GenerationServiceGrpc.GenerationServiceImplBase
    implements AutoCloseable {
  private final ServedModels models;
  private final Tenants tenants;
  private final RequestLimits limits;
  private final StageChannels channels;
  private final Admission admission;
  private final RequestTelemetry telemetry;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("argus-gateway-deadlines").factory());

  /**
   * @param models names that are served, at least one; the first answers requests that name none
   * @param tenants intercepts this service's calls
   * @param channels remain the caller's to close, after this
   */
  public GenerationEndpoint(
      List<String> models,
      Tenants tenants,
      RequestLimits limits,
      StageChannels channels,
      Telemetry telemetry) {
    this.models = new ServedModels(List.copyOf(models));
    this.tenants = tenants;
    this.limits = limits;
    this.channels = channels;
    this.admission = new Admission(limits.admission(), System::nanoTime);
    this.telemetry = new RequestTelemetry(telemetry);
  }

  @Override
  public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> responses) {
    var list = ListModelsResponse.newBuilder();
    models.names().forEach(name -> list.addModels(Model.newBuilder().setName(name)));
    responses.onNext(list.build());
    responses.onCompleted();
  }

  @Override
  public void generate(GenerateRequest request, StreamObserver<GenerateResponse> responses) {
    StreamSender<GenerateResponse> client =
        StreamSender.toClient(responses, limits.streams().stall());
    StreamingCall.serve(client, _ -> generate(request, client));
  }

  private void generate(GenerateRequest request, StreamSender<GenerateResponse> client) {
    RequestTelemetry.Request observed = telemetry.begin();
    try (Scope _ = observed.span().makeCurrent()) {
      try (Admission.Place place = admission.enter(tenants.current())) {
        String model = models.resolve(request.getModel());
        observed.isFor(model);
        Answer answer = answer(model, request, new Client(client, place));
        client.send(Completions.of(model, answer, observed.traceId()));
        observed.completed(answer);
      } catch (RuntimeException | Error e) {
        observed.failed(e);
        throw e;
      }
    }
  }

  private Answer answer(String model, GenerateRequest request, Client client) {
    if (request.getMessagesCount() == 0) {
      throw new InvalidInput("messages", "must hold at least one message");
    }
    SamplingFields.check(request.getSampling());
    ResponseFormatCheck.check(request);
    var stages = new GrpcStages(channels, limits.streams(), model, tenants.current(), request);
    var orchestration = new Orchestration(stages, client, limits.overlap(), System::nanoTime);
    try (RequestClock clock = RequestClock.start(limits.timeout(), limits.maxTimeout(), timer)) {
      clock.onEnd(orchestration::cancel);
      try {
        return clock.context().call(orchestration::run);
      } catch (RuntimeException e) {
        throw clock.judge(e);
      } catch (Exception e) {
        throw new IllegalStateException("run throws no checked exceptions", e);
      }
    }
  }

  /** Stops the timer. Requests must have ended. */
  @Override
  public void close() {
    timer.shutdownNow();
  }

  /** The caller, as the orchestration sees it. */
  private static final class Client implements Listener {
    private final StreamSender<GenerateResponse> sender;
    private final Admission.Place place;
    private List<ImageGeometry> pictures = List.of(); // of the caller's thread

    Client(StreamSender<GenerateResponse> sender, Admission.Place place) {
      this.sender = sender;
      this.place = place;
    }

    @Override
    public void planned(PromptPlan plan) {
      pictures = ((PreprocessHeader) plan.layout()).getImagesList();
      place.promptQueued(plan.promptTokens());
    }

    @Override
    public void tokens(Object message) {
      place.promptAnswered();
      sender.send(GenerateResponse.newBuilder().setToken((Token) message).build());
    }

    @Override
    public void region(Object message) {
      sender.send(
          GenerateResponse.newBuilder()
              .setRegion(Regions.of((NamedRegion) message, pictures))
              .build());
    }

    @Override
    public void abort(ArgusException reason) {
      sender.abort(reason);
    }
  }
}
