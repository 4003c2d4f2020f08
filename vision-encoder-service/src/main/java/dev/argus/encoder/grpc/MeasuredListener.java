package dev.argus.encoder.grpc;

import dev.argus.encoder.core.EncodeListener;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.nio.ByteBuffer;

/**
 * Puts what the encoder says into a stream's outbox, and opens a span, below the stream's, for
 * every run that takes tiles of the stream.
 */
final class MeasuredListener implements EncodeListener {
  private static final AttributeKey<Long> TILES = AttributeKey.longKey("argus.tiles");
  private static final AttributeKey<Long> BATCH_TILES = AttributeKey.longKey("argus.batch.tiles");

  private final Outbox outbox;
  private final Tracer tracer;
  private final Context parent;
  private final EncoderMetrics metrics;
  private final String model;

  /**
   * @param parent the stream's trace context
   * @param model what the stream's tiles are encoded by
   */
  MeasuredListener(
      Outbox outbox, Tracer tracer, Context parent, EncoderMetrics metrics, String model) {
    this.outbox = outbox;
    this.tracer = tracer;
    this.parent = parent;
    this.metrics = metrics;
    this.model = model;
  }

  @Override
  public RunListener encoding(int tiles, int batch) {
    Span span =
        tracer
            .spanBuilder("argus.encoder.encode")
            .setParent(parent)
            .setAttribute(TILES, (long) tiles)
            .setAttribute(BATCH_TILES, (long) batch)
            .startSpan();
    return new MeasuredRun(span);
  }

  /** Links its span to those of the streams that it shares the run with. */
  private record MeasuredRun(Span span) implements RunListener {
    @Override
    public void sharedWith(RunListener other) {
      if (other instanceof MeasuredRun measured) {
        span.addLink(measured.span.getSpanContext());
      }
    }

    @Override
    public void over() {
      span.end();
    }
  }

  @Override
  public void encoded(int index, ByteBuffer features) {
    metrics.cacheMissed(model);
    outbox.encoded(index, features, false);
  }

  @Override
  public void reused(int index, ByteBuffer features) {
    metrics.cacheHit(model);
    outbox.encoded(index, features, true);
  }

  @Override
  public void failed(Throwable failure) {
    outbox.failed(failure);
  }
}
