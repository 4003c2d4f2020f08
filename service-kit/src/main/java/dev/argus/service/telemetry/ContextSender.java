package dev.argus.service.telemetry;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sends the trace context in which a call is made along with it. Thread-safe. */
record ContextSender(TextMapPropagator propagator) implements ClientInterceptor {
  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    Context context = Context.current();
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        propagator.inject(context, headers, ContextSender::put);
        super.start(listener, headers);
      }
    };
  }

  private static void put(@Nullable Metadata headers, String name, String value) {
    Objects.requireNonNull(headers)
        .put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
  }
}
