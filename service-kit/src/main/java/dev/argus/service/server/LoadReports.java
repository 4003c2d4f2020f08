package dev.argus.service.server;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tells callers with every answer how many calls between stages the server has, so that gateways
 * that do not know of each other share its replicas evenly: the metadata {@code argus-load}, with
 * the answer's headers and with its trailers, the answered call included. Thread-safe.
 */
public final class LoadReports implements ServerInterceptor {
  private static final Metadata.Key<String> LOAD =
      Metadata.Key.of("argus-load", Metadata.ASCII_STRING_MARSHALLER);
  private static final String STAGES = "argus.stage.";

  private final AtomicInteger open = new AtomicInteger();

  /** The calls that a server said to have. Empty if it said nothing, or nothing of sense. */
  public static OptionalInt read(Metadata metadata) {
    String load = metadata.get(LOAD);
    try {
      return load == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseUnsignedInt(load));
    } catch (NumberFormatException e) {
      return OptionalInt.empty();
    }
  }

  @Override
  public <Q, R> Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (!call.getMethodDescriptor().getFullMethodName().startsWith(STAGES)) {
      return next.startCall(call, headers);
    }
    open.incrementAndGet();
    Listener<Q> listener;
    try {
      listener = next.startCall(new ReportingCall<>(call), headers);
    } catch (RuntimeException | Error e) {
      open.decrementAndGet(); // gRPC tells no listener of its end.
      throw e;
    }
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onComplete() {
        open.decrementAndGet();
        super.onComplete();
      }

      @Override
      public void onCancel() {
        open.decrementAndGet();
        super.onCancel();
      }
    };
  }

  private final class ReportingCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
    ReportingCall(ServerCall<Q, R> call) {
      super(call);
    }

    @Override
    public void sendHeaders(Metadata headers) {
      headers.put(LOAD, Integer.toString(open.get()));
      super.sendHeaders(headers);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      trailers.discardAll(LOAD);
      trailers.put(LOAD, Integer.toString(open.get()));
      super.close(status, trailers);
    }
  }
}
