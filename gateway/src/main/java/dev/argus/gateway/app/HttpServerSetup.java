package dev.argus.gateway.app;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Gives Micronaut's HTTP server the gateway's settings, before it is made. */
@Singleton
@Requires(property = "argus.stage", value = "gateway")
final class HttpServerSetup implements BeanCreatedEventListener<NettyHttpServerConfiguration> {
  private static final int FREE_PORT = -1;
  private static final int NEVER_COMPRESS = -1;

  private final HttpConfiguration configuration;
  private final GatewayConfiguration gateway;

  HttpServerSetup(HttpConfiguration configuration, GatewayConfiguration gateway) {
    this.configuration = configuration;
    this.gateway = gateway;
  }

  @Override
  public NettyHttpServerConfiguration onCreated(
      BeanCreatedEvent<NettyHttpServerConfiguration> event) {
    NettyHttpServerConfiguration server = event.getBean();
    server.setPort(configuration.port() == 0 ? FREE_PORT : configuration.port());
    server.setMaxRequestSize(configuration.maxBodyBytes());
    server.setMaxRequestBufferSize(configuration.maxBodyBytes());
    // Tokens go out one by one, and an encoder would wait for more of them.
    server.setCompressionThreshold(NEVER_COMPRESS);
    // A connection is silent while a request waits for its first token.
    Duration idle = gateway.maxTimeout().plus(Duration.ofMinutes(1));
    server.setIdleTimeout(idle);
    server.setReadIdleTimeout(idle);
    server.setWriteIdleTimeout(idle);
    return server;
  }
}
