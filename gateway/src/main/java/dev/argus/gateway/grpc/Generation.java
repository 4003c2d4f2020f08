package dev.argus.gateway.grpc;

import dev.argus.base.failure.ArgusException;
import dev.argus.base.failure.InvalidInput;
import dev.argus.base.resource.DeadlineTimer;
import dev.argus.base.timeline.Timeline;
import dev.argus.gateway.core.Admission;
import dev.argus.gateway.core.Answer;
import dev.argus.gateway.core.Listener;
import dev.argus.gateway.core.Orchestration;
import dev.argus.gateway.core.PromptPlan;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.service.wire.SamplingFields;
import dev.argus.stage.v1.ImageGeometry;
import dev.argus.stage.v1.NamedRegion;
import dev.argus.stage.v1.PreprocessHeader;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.GenerateResponse;
import dev.argus.v1.Token;
import io.opentelemetry.context.Scope;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Answers questions, whatever protocol brought them: admission, deadlines, the way through the
 * stages, and telemetry are the same for all. Thread-safe.
 */
public final class Generation implements AutoCloseable {
  private final ServedModels models;
  private final RequestLimits limits;
  private final StageChannels channels;
  private final Admission admission;
  private final RequestTelemetry telemetry;
  private final ScheduledExecutorService timer = DeadlineTimer.start("argus-gateway-deadlines");

  /**
   * @param models names that are served, at least one; the first answers requests that name none
   * @param channels remain the caller's to close, after this
   */
  public Generation(
      List<String> models, RequestLimits limits, StageChannels channels, Telemetry telemetry) {
    this.models = new ServedModels(List.copyOf(models));
    this.limits = limits;
    this.channels = channels;
    this.admission = new Admission(limits.admission(), System::nanoTime);
    this.telemetry = new RequestTelemetry(telemetry);
  }

  /** Names of the models that are served, in the order of the configuration. */
  public List<String> models() {
    return models.names();
  }

  /** How far clients may stay behind. */
  public RequestLimits limits() {
    return limits;
  }

  /**
   * Answers, and returns when the last event, the completion, is sent. The caller's thread waits;
   * the caller's gRPC context brings its deadline and its cancellation.
   *
   * @throws ArgusException what the request failed with
   */
  public void answer(Question question, AnswerSink client) {
    Timeline own = Timeline.start();
    RequestTelemetry.Request observed = telemetry.begin();
    try (Scope _ = observed.span().makeCurrent()) {
      try (Admission.Place place = admission.enter(question.tenant())) {
        String model = models.resolve(question.model());
        observed.isFor(model);
        Answer answer = answer(model, question, new Client(client, place), own);
        client.send(Completions.of(model, answer, own, observed.traceId()));
        observed.completed(answer);
      } catch (RuntimeException | Error e) {
        observed.failed(e);
        throw e;
      }
    }
  }

  private Answer answer(String model, Question question, Client client, Timeline own) {
    try (RequestClock clock = RequestClock.start(limits.timeout(), limits.maxTimeout(), timer)) {
      try {
        return clock.context().call(() -> answer(model, question, client, own, clock));
      } catch (RuntimeException e) {
        throw clock.judge(e);
      } catch (Exception e) {
        throw new IllegalStateException("answer throws no checked exceptions", e);
      }
    }
  }

  private Answer answer(
      String model, Question question, Client client, Timeline own, RequestClock clock) {
    long receivedNanos = System.nanoTime() - own.elapsedNanos();
    GenerateRequest request = question.complete(own);
    if (request.getMessagesCount() == 0) {
      throw new InvalidInput("messages", "must hold at least one message");
    }
    SamplingFields.check(request.getSampling());
    ResponseFormatCheck.check(request);
    var stages = new GrpcStages(channels, limits.streams(), model, question.tenant(), request);
    var orchestration =
        new Orchestration(stages, client, limits.overlap(), System::nanoTime, receivedNanos);
    clock.onEnd(orchestration::cancel);
    return orchestration.run();
  }

  /** Stops the timer. Requests must have ended. */
  @Override
  public void close() {
    timer.shutdownNow();
  }

  /** The caller, as the orchestration sees it. */
  private static final class Client implements Listener {
    private final AnswerSink sink;
    private final Admission.Place place;
    private List<ImageGeometry> pictures = List.of(); // of the caller's thread

    Client(AnswerSink sink, Admission.Place place) {
      this.sink = sink;
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
      sink.send(GenerateResponse.newBuilder().setToken((Token) message).build());
    }

    @Override
    public void region(Object message) {
      sink.send(
          GenerateResponse.newBuilder()
              .setRegion(Regions.of((NamedRegion) message, pictures))
              .build());
    }

    @Override
    public void abort(ArgusException reason) {
      sink.abort(reason);
    }
  }
}
