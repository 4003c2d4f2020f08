package dev.argus.encoder.grpc;

import dev.argus.encoder.core.ServedModel;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.service.wire.StreamLimits;
import dev.argus.service.wire.StreamReceiver;
import dev.argus.service.wire.StreamSender;
import dev.argus.service.wire.StreamingCall;
import dev.argus.stage.v1.EncodeRequest;
import dev.argus.stage.v1.EncodeResponse;
import dev.argus.stage.v1.EncodeServiceGrpc;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.trace.Tracer;
import java.util.Map;

/** {@code argus.stage.v1.EncodeService}: tiles in, visual tokens out. Thread-safe. */
public final class EncodeService extends EncodeServiceGrpc.EncodeServiceImplBase {
  private final Map<String, ServedModel> models;
  private final Tracer tracer;
  private final EncoderMetrics metrics;
  private final StreamLimits limits;
  private final int windowTiles;

  /**
   * @param models by name; the caller's to close
   * @param windowTiles tiles of one stream that are received and not yet answered; then the
   *     stream's sender has to wait
   */
  public EncodeService(
      Map<String, ServedModel> models,
      Telemetry telemetry,
      EncoderMetrics metrics,
      StreamLimits limits,
      int windowTiles) {
    this.models = Map.copyOf(models);
    this.tracer = telemetry.tracer();
    this.metrics = metrics;
    this.limits = limits;
    this.windowTiles = windowTiles;
  }

  @Override
  public StreamObserver<EncodeRequest> encode(StreamObserver<EncodeResponse> responses) {
    StreamReceiver<EncodeRequest> requests = StreamReceiver.fromClient(responses, limits);
    StreamSender<EncodeResponse> sender = StreamSender.toClient(responses, limits.stall());
    StreamingCall.serve(sender, answers -> serve(requests, answers));
    return requests;
  }

  private void serve(StreamReceiver<EncodeRequest> requests, StreamSender<EncodeResponse> answers) {
    new EncodeCall(models, tracer, metrics, new Outbox(windowTiles), requests, answers).run();
  }
}
