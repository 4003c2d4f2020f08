package dev.argus.service.wire;

import io.grpc.Context;
import java.util.function.Consumer;

/** The server's side of a call whose answer is a stream. */
public final class StreamingCall {
  private StreamingCall() {}

  /**
   * Serves a call on a virtual thread of its own, within the call's gRPC and trace contexts, so
   * that the serving method can return and the call's events can arrive. The stream ends well when
   * the body returns and with its failure when it throws.
   */
  public static <T> void serve(StreamSender<T> sender, Consumer<StreamSender<T>> body) {
    Runnable work =
        () -> {
          try {
            body.accept(sender);
            sender.complete();
          } catch (Throwable failure) {
            // The boundary: whatever it is, the caller is told and nothing is left open.
            sender.fail(failure);
          }
        };
    Thread.ofVirtual()
        .name("argus-call")
        .start(io.opentelemetry.context.Context.current().wrap(Context.current().wrap(work)));
  }
}
