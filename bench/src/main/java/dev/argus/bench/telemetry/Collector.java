package dev.argus.bench.telemetry;

import io.grpc.Grpc;
import io.grpc.HandlerRegistry;
import io.grpc.InsecureServerCredentials;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerMethodDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Takes whatever is exported over OTLP/gRPC, on a free port of this machine, and answers that all
 * is well; looks into nothing, so that little of what it costs counts as the exporters' cost.
 */
final class Collector extends HandlerRegistry implements AutoCloseable {
  private static final byte[] ALL_IS_WELL = {}; // An empty message of any type.

  private final AtomicLong exports = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final Server server;

  private Collector() throws IOException {
    this.server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .fallbackHandlerRegistry(this)
            .build()
            .start();
  }

  static Collector start() throws IOException {
    return new Collector();
  }

  /** What {@code otel.exporter.otlp.endpoint} is to be. */
  String endpoint() {
    return "http://localhost:" + server.getPort();
  }

  /** Messages received so far. */
  long exports() {
    return exports.get();
  }

  /** What they were in all. */
  long bytes() {
    return bytes.get();
  }

  @Override
  public ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
    return ServerMethodDefinition.create(
        MethodDescriptor.newBuilder(Bytes.MARSHALLER, Bytes.MARSHALLER)
            .setType(MethodType.UNARY)
            .setFullMethodName(name)
            .build(),
        ServerCalls.asyncUnaryCall(this::export));
  }

  private void export(byte[] message, StreamObserver<byte[]> answer) {
    exports.incrementAndGet();
    bytes.addAndGet(message.length);
    answer.onNext(ALL_IS_WELL);
    answer.onCompleted();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  /** Messages as they are on the wire. */
  private enum Bytes implements Marshaller<byte[]> {
    MARSHALLER;

    @Override
    public InputStream stream(byte[] message) {
      return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
