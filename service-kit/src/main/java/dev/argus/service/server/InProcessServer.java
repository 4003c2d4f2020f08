package dev.argus.service.server;

import dev.argus.service.StageService;
import dev.argus.service.channel.Channels;
import dev.argus.service.telemetry.Telemetry;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server that is reached by its name within this process, without a socket. Messages are passed
 * on without being copied.
 */
public final class InProcessServer implements AutoCloseable {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final String name;
  private final Server server;

  private InProcessServer(String name, Server server) {
    this.name = name;
    this.server = server;
  }

  /** Starts to serve a stage. The stage remains the caller's to close, after this server. */
  public static InProcessServer start(String name, StageService stage, Telemetry telemetry) {
    return start(name, stage.services(), telemetry);
  }

  /** Starts to serve. */
  public static InProcessServer start(
      String name, List<BindableService> services, Telemetry telemetry) {
    var builder = InProcessServerBuilder.forName(name);
    ServerCalls.prepare(builder, telemetry);
    services.forEach(builder::addService);
    try {
      return new InProcessServer(name, builder.build().start());
    } catch (IOException e) {
      throw new UncheckedIOException("No server can be started under the name " + name, e);
    }
  }

  /** What {@link Channels#open} reaches it by. */
  public String target() {
    return Channels.IN_PROCESS + name;
  }

  /** Stops and cancels the calls that are still open. */
  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
