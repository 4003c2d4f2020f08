package dev.argus.service.launch;

import dev.argus.service.server.ServerConfiguration;
import io.micronaut.context.ApplicationContext;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A stage that serves. Thread-safe. */
public final class RunningStage implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningStage.class);

  private final ApplicationContext context;
  private final GrpcEmbeddedServer server;
  private final List<SideServer> sides;
  private final CountDownLatch closed = new CountDownLatch(1);

  RunningStage(ApplicationContext context, GrpcEmbeddedServer server, List<SideServer> sides) {
    this.context = context;
    this.server = server;
    this.sides = List.copyOf(sides);
  }

  /** Where it is reached, {@code host:port}. */
  public String address() {
    return server.getHost() + ":" + server.getServer().getPort();
  }

  /** Where its other servers are reached, as URLs. */
  public List<String> sideAddresses() {
    return sides.stream().map(SideServer::address).toList();
  }

  /** Drains open calls, then frees what the stage holds. Closing again does nothing. */
  @Override
  public synchronized void close() {
    try {
      long startNanos = System.nanoTime();
      Duration limit = context.getBean(ServerConfiguration.class).drainLimit();
      List<CompletionStage<?>> draining = new ArrayList<>();
      sides.forEach(side -> draining.add(side.drain()));
      server.stop();
      long leftNanos = limit.toNanos() - (System.nanoTime() - startNanos);
      draining.forEach(side -> await(side, leftNanos));
      context.close();
    } finally {
      closed.countDown();
    }
  }

  private static void await(CompletionStage<?> drained, long limitNanos) {
    try {
      drained.toCompletableFuture().get(Math.max(0, limitNanos), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.warn("Requests still open are broken off ({})", String.valueOf(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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
