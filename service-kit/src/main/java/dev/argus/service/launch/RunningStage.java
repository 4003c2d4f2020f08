package dev.argus.service.launch;

import io.micronaut.context.ApplicationContext;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import java.util.concurrent.CountDownLatch;

/** A stage that serves. Thread-safe. */
public final class RunningStage implements AutoCloseable {
  private final ApplicationContext context;
  private final GrpcEmbeddedServer server;
  private final CountDownLatch closed = new CountDownLatch(1);

  RunningStage(ApplicationContext context, GrpcEmbeddedServer server) {
    this.context = context;
    this.server = server;
  }

  /** Where it is reached, {@code host:port}. */
  public String address() {
    return server.getHost() + ":" + server.getServer().getPort();
  }

  /** Drains open calls, then frees what the stage holds. Closing again does nothing. */
  @Override
  public synchronized void close() {
    try {
      server.stop();
      context.close();
    } finally {
      closed.countDown();
    }
  }

  /** Waits until it is closed, or the thread is interrupted. */
  void awaitClose() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
