package dev.argus.preprocess.grpc;

import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.NotFound;
import dev.argus.base.failure.WrongCheckpoint;
import dev.argus.base.timeline.Timeline;
import dev.argus.preprocess.core.Conversation;
import dev.argus.preprocess.core.Preprocessor;
import dev.argus.preprocess.core.ServedModel;
import dev.argus.service.telemetry.ActivitySpans;
import dev.argus.service.wire.Activities;
import dev.argus.service.wire.StreamSender;
import dev.argus.service.wire.StreamingCall;
import dev.argus.stage.v1.CheckpointRef;
import dev.argus.stage.v1.PreprocessRequest;
import dev.argus.stage.v1.PreprocessResponse;
import dev.argus.stage.v1.PreprocessServiceGrpc;
import dev.argus.stage.v1.PreprocessSummary;
import dev.argus.v1.Stage;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.trace.Tracer;
import java.time.Duration;
import java.util.Map;
import java.util.TreeSet;

/**
 * Serves {@code PreprocessService}. Each call runs on a virtual thread of its own; a caller that
 * cancels interrupts it, one that reads slowly blocks it.
 */
public final class PreprocessRpc extends PreprocessServiceGrpc.PreprocessServiceImplBase {
  private static final String STAGE = "preprocess";

  private final Map<String, ServedModel> models;
  private final Preprocessor preprocessor;
  private final PreprocessMetrics metrics;
  private final Tracer tracer;
  private final Duration stallLimit;

  /**
   * @param models by name
   * @param preprocessor remains the caller's to close
   * @param stallLimit how long a reader may take nothing before it is given up
   */
  public PreprocessRpc(
      Map<String, ServedModel> models,
      Preprocessor preprocessor,
      PreprocessMetrics metrics,
      Tracer tracer,
      Duration stallLimit) {
    this.models = Map.copyOf(models);
    this.preprocessor = preprocessor;
    this.metrics = metrics;
    this.tracer = tracer;
    this.stallLimit = stallLimit;
  }

  @Override
  public StreamObserver<PreprocessRequest> preprocess(
      StreamObserver<PreprocessResponse> responses) {
    ActivitySpans spans = ActivitySpans.startNow(tracer, STAGE);
    Timeline timeline = Timeline.start();
    StreamSender<PreprocessResponse> sender = StreamSender.toClient(responses, stallLimit);
    PreprocessCall call = new PreprocessCall(sender);
    StreamingCall.serve(
        sender,
        _ -> {
          try {
            answer(call, timeline, sender);
          } finally {
            spans.record(timeline.activities());
            metrics.record(timeline.activities());
          }
        });
    return call;
  }

  private void answer(
      PreprocessCall call, Timeline timeline, StreamSender<PreprocessResponse> sender) {
    Thread caller = Thread.currentThread();
    sender.onCancel(caller::interrupt);
    try {
      prepare(call, timeline, sender);
    } catch (Cancelled e) {
      // Knows what it was: a deadline, a cancellation, or a message out of turn.
      sender.ensureOpen();
      throw e;
    }
    sender.send(
        PreprocessResponse.newBuilder()
            .setSummary(
                PreprocessSummary.newBuilder()
                    .addAllActivities(Activities.toProto(Stage.STAGE_PREPROCESS, timeline)))
            .build());
  }

  private void prepare(
      PreprocessCall call, Timeline timeline, StreamSender<PreprocessResponse> sender) {
    var request = call.conversation(stallLimit);
    ServedModel model = model(request.getCheckpoint());
    Conversation conversation = Conversations.fromProto(request.getMessagesList());
    var sink = new ResponseSink(model, call, sender);
    preprocessor.preprocess(conversation, model, timeline, sink);
  }

  private ServedModel model(CheckpointRef wanted) {
    ServedModel model = models.get(wanted.getModel());
    if (model == null) {
      throw new NotFound(
          "there is no model \"%s\" here; there are %s"
              .formatted(wanted.getModel(), new TreeSet<>(models.keySet())));
    }
    if (!wanted.getFingerprint().isEmpty()
        && !wanted.getFingerprint().equals(model.fingerprint())) {
      throw new WrongCheckpoint(
          "the preprocessing service's checkpoint of \"%s\" is another one"
              .formatted(wanted.getModel()));
    }
    return model;
  }
}
