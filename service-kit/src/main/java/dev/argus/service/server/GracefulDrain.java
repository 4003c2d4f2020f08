package dev.argus.service.server;

import io.grpc.Server;
import io.grpc.protobuf.services.HealthStatusManager;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import io.micronaut.runtime.server.event.ServerShutdownEvent;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops a server without breaking answers off: health says NOT_SERVING, new calls are refused, open
 * ones go on until they end or the drain limit passes.
 */
@Singleton
final class GracefulDrain implements ApplicationEventListener<ServerShutdownEvent> {
  private static final Logger LOG = LoggerFactory.getLogger(GracefulDrain.class);

  private final HealthStatusManager health;
  private final ServerConfiguration configuration;

  GracefulDrain(HealthStatusManager health, ServerConfiguration configuration) {
    this.health = health;
    this.configuration = configuration;
  }

  @Override
  public void onApplicationEvent(ServerShutdownEvent event) {
    if (event.getSource() instanceof GrpcEmbeddedServer embedded) {
      health.enterTerminalState();
      drain(embedded.getServer());
    }
  }

  private void drain(Server server) {
    server.shutdown();
    try {
      if (!server.awaitTermination(configuration.drainLimit().toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("Calls still open after {} are broken off", configuration.drainLimit());
        server.shutdownNow();
        server.awaitTermination(5, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
