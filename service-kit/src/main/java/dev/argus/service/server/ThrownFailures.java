package dev.argus.service.server;

import dev.argus.service.error.GrpcErrors;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/**
 * Answers for a service that throws on gRPC's own thread, before or beside what a {@link
 * dev.argus.service.wire.StreamingCall} serves: the caller is told what {@link GrpcErrors} says,
 * where gRPC by itself answers UNKNOWN and the failure is nowhere to be found.
 */
final class ThrownFailures implements ServerInterceptor {
  @Override
  public <Q, R> Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var ending = new EndingCall<>(call);
    try {
      return new AnsweringListener<>(next.startCall(ending, headers), ending);
    } catch (RuntimeException | Error failure) {
      ending.fail(failure);
      return new Listener<>() {};
    }
  }

  /** Runs a service's callbacks; what one of them throws ends the call. */
  private static final class AnsweringListener<Q> extends SimpleForwardingServerCallListener<Q> {
    private final EndingCall<Q, ?> call;

    AnsweringListener(Listener<Q> service, EndingCall<Q, ?> call) {
      super(service);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      answering(() -> super.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      answering(super::onHalfClose);
    }

    @Override
    public void onReady() {
      answering(super::onReady);
    }

    private void answering(Runnable callback) {
      try {
        callback.run();
      } catch (RuntimeException | Error failure) {
        call.fail(failure);
      }
    }
  }

  /**
   * A call that ends once. Another thread may be answering when it is ended by a failure; what that
   * one sends afterwards goes nowhere. Thread-safe in what it adds, as the call itself is not.
   */
  private static final class EndingCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private boolean ended; // guarded by this

    EndingCall(ServerCall<Q, R> call) {
      super(call);
    }

    void fail(Throwable failure) {
      StatusRuntimeException told = GrpcErrors.toStatus(failure);
      Metadata trailers = told.getTrailers();
      close(told.getStatus(), trailers == null ? new Metadata() : trailers);
    }

    @Override
    public synchronized void sendHeaders(Metadata headers) {
      if (!ended) {
        super.sendHeaders(headers);
      }
    }

    @Override
    public synchronized void sendMessage(R message) {
      if (!ended) {
        super.sendMessage(message);
      }
    }

    @Override
    public synchronized void close(Status status, Metadata trailers) {
      if (!ended) {
        ended = true;
        super.close(status, trailers);
      }
    }
  }
}
