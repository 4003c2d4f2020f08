package dev.argus.decoder.grpc;

import dev.argus.base.failure.NotFound;
import dev.argus.base.failure.WrongCheckpoint;
import dev.argus.service.telemetry.ActivitySpans;
import dev.argus.service.wire.StreamSender;
import dev.argus.service.wire.StreamingCall;
import dev.argus.stage.v1.CheckpointRef;
import dev.argus.stage.v1.DecodeRequest;
import dev.argus.stage.v1.DecodeResponse;
import dev.argus.stage.v1.DecodeServiceGrpc;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.trace.Tracer;
import java.time.Duration;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * Serves {@code DecodeService}: takes a stream apart, checks it and hands it to the model's loop;
 * {@link DecodeCall} is one stream.
 */
public final class DecodeRpc extends DecodeServiceGrpc.DecodeServiceImplBase {
  private static final String STAGE = "decoder";

  private final Map<String, ServedModel> models;
  private final Tracer tracer;
  private final LongSupplier seeds;
  private final Duration stallLimit;

  /**
   * @param models by name; their loops remain the caller's to close
   * @param tracer makes the spans of what the scheduler did
   * @param seeds for requests that bring none; thread-safe
   * @param stallLimit longest wait for the header, and for a reader that takes nothing
   */
  public DecodeRpc(
      Map<String, ServedModel> models, Tracer tracer, LongSupplier seeds, Duration stallLimit) {
    this.models = Map.copyOf(models);
    this.tracer = tracer;
    this.seeds = seeds;
    this.stallLimit = stallLimit;
  }

  @Override
  public StreamObserver<DecodeRequest> decode(StreamObserver<DecodeResponse> responses) {
    ActivitySpans spans = ActivitySpans.startNow(tracer, STAGE);
    StreamSender<DecodeResponse> sender = StreamSender.toClient(responses, stallLimit);
    DecodeCall call = new DecodeCall(this::model, seeds, sender, stallLimit);
    StreamingCall.serve(
        sender,
        _ -> {
          try {
            call.answer();
          } finally {
            spans.record(call.activities());
          }
        });
    return call;
  }

  private ServedModel model(CheckpointRef wanted) {
    ServedModel model = models.get(wanted.getModel());
    if (model == null) {
      throw new NotFound(
          "there is no model \"%s\" here; there are %s"
              .formatted(wanted.getModel(), new TreeSet<>(models.keySet())));
    }
    if (!wanted.getFingerprint().equals(model.fingerprint())) {
      throw new WrongCheckpoint(
          "the decoder's checkpoint of \"%s\" is another one".formatted(wanted.getModel()));
    }
    return model;
  }
}
