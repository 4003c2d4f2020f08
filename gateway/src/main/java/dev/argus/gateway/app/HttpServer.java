package dev.argus.gateway.app;

import dev.argus.service.launch.SideServer;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.server.netty.NettyEmbeddedServer;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletionStage;

/** The gateway's HTTP server. The context closes it. */
@Singleton
@Requires(property = "argus.stage", value = "gateway")
@Requires(property = "argus.gateway.http.enabled", notEquals = "false")
final class HttpServer implements SideServer {
  private final NettyEmbeddedServer server;

  HttpServer(NettyEmbeddedServer server) {
    this.server = server;
  }

  @Override
  public void start() {
    server.start();
  }

  @Override
  public String address() {
    return "http://" + server.getHost() + ":" + server.getPort();
  }

  @Override
  public CompletionStage<?> drain() {
    return server.shutdownGracefully();
  }
}
