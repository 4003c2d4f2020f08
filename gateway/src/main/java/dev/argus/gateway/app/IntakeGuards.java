package dev.argus.gateway.app;

import dev.argus.gateway.http.HeldBytes;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import jakarta.inject.Singleton;

/** Puts an {@link IntakeGuard} on every connection of the HTTP server. */
@Singleton
@Requires(property = "argus.stage", value = "gateway")
final class IntakeGuards implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
  private final HttpConfiguration configuration;
  private final HeldBytes held;

  IntakeGuards(HttpConfiguration configuration, HeldBytes held) {
    this.configuration = configuration;
    this.held = held;
  }

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    NettyServerCustomizer.Registry registry = event.getBean();
    registry.register(
        new NettyServerCustomizer() {
          @Override
          public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
            return new OfConnection(channel);
          }
        });
    return registry;
  }

  private final class OfConnection implements NettyServerCustomizer {
    private final Channel channel;

    OfConnection(Channel channel) {
      this.channel = channel;
    }

    @Override
    public NettyServerCustomizer specializeForChannel(Channel inner, ChannelRole role) {
      return new OfConnection(inner);
    }

    @Override
    public void onStreamPipelineBuilt() {
      channel
          .pipeline()
          .addBefore(
              ChannelPipelineCustomizer.HANDLER_MICRONAUT_INBOUND,
              "argus-intake-guard",
              new IntakeGuard(held, configuration.receiveLimit()));
    }
  }
}
