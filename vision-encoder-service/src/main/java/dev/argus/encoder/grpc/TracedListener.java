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
final class TracedListener implements EncodeListener {
  private static final AttributeKey<Long> TILES = AttributeKey.longKey("argus.tiles");
  private static final AttributeKey<Long> BATCH_TILES = AttributeKey.longKey("argus.batch.tiles");

  private final Outbox outbox;
  private final Tracer tracer;
  private final Context parent;

  /**
   * @param parent the stream's trace context
   */
  TracedListener(Outbox outbox, Tracer tracer, Context parent) {
    this.outbox = outbox;
    this.tracer = tracer;
    this.parent = parent;
  }

  @Override
  public Runnable encoding(int tiles, int batch) {
    Span span =
        tracer
            .spanBuilder("argus.encoder.encode")
            .setParent(parent)
            .setAttribute(TILES, (long) tiles)
            .setAttribute(BATCH_TILES, (long) batch)
            .startSpan();
    return span::end;
  }

  @Override
  public void encoded(int index, ByteBuffer features) {
    outbox.encoded(index, features);
  }

  @Override
  public void failed(Throwable failure) {
    outbox.failed(failure);
  }
}
