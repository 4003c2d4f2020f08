package dev.argus.gateway.grpc.discovery;

import dev.argus.service.server.LoadReports;
import dev.argus.stage.v1.EncodeRequest;
import dev.argus.stage.v1.EncodeResponse;
import dev.argus.stage.v1.EncodeServiceGrpc.EncodeServiceImplBase;
import dev.argus.stage.v1.VisualTokens;
import io.grpc.Attributes;
import io.grpc.Server;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A replica on a loopback address of its own, which says who it is. */
final class EncoderReplica extends EncodeServiceImplBase implements AutoCloseable {
  final String address;
  final AtomicInteger connections = new AtomicInteger();

  /** Released with each answer. */
  final Semaphore answered = new Semaphore(0);

  /** What calls end with. */
  volatile Status end = Status.OK;

  private final HealthStatusManager health = new HealthStatusManager();
  private final Server server;
  private final int port;

  private EncoderReplica(String address, int port) throws IOException {
    this.address = address;
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress(address, port))
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .intercept(new LoadReports())
            .addService(this)
            .addService(health.getHealthService())
            .addTransportFilter(new ConnectionCount())
            .build()
            .start();
    this.port = server.getPort();
  }

  /**
   * Starts one.
   *
   * @param port 0 for a free one
   */
  static EncoderReplica start(String address, int port) throws IOException {
    return new EncoderReplica(address, port);
  }

  int port() {
    return port;
  }

  /** Says that it takes no new calls. */
  void saysItDrains() {
    health.enterTerminalState();
  }

  /** Ends as a pod does: says so, and lets open calls end. */
  void drain() throws InterruptedException {
    saysItDrains();
    server.shutdown();
    server.awaitTermination(30, TimeUnit.SECONDS);
  }

  @Override
  public StreamObserver<EncodeRequest> encode(StreamObserver<EncodeResponse> answer) {
    return new StreamObserver<>() {
      @Override
      public void onNext(EncodeRequest request) {
        // Only the end counts.
      }

      @Override
      public void onError(Throwable failure) {
        // The caller has gone.
      }

      @Override
      public void onCompleted() {
        Status with = end;
        if (!with.isOk()) {
          answer.onError(with.asRuntimeException());
          return;
        }
        answer.onNext(
            EncodeResponse.newBuilder()
                .setVisualTokens(VisualTokens.newBuilder().setFingerprint(address))
                .build());
        answer.onCompleted();
        answered.release();
      }
    };
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  /** Counts callers that connect. */
  private final class ConnectionCount extends ServerTransportFilter {
    @Override
    public Attributes transportReady(Attributes attributes) {
      connections.incrementAndGet();
      return attributes;
    }
  }
}
