package dev.argus.preprocess.grpc;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;

/** Finished spans, to be waited for. */
final class SpanQueue implements SpanExporter {
  private final BlockingQueue<SpanData> finished = new LinkedBlockingQueue<>();

  /** Waits until a span of this name ends. */
  void take(String name) throws InterruptedException {
    while (!finished.take().getName().equals(name)) {
      // Another span.
    }
  }

  /** Waits until such a span ends; it is the last. */
  List<SpanData> takeUntil(Predicate<SpanData> last) throws InterruptedException {
    List<SpanData> taken = new ArrayList<>();
    do {
      taken.add(finished.take());
    } while (!last.test(taken.getLast()));
    return taken;
  }

  void clear() {
    finished.clear();
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    finished.addAll(spans);
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode flush() {
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode shutdown() {
    return CompletableResultCode.ofSuccess();
  }
}
