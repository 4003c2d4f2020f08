package dev.argus.gateway.app;

import dev.argus.gateway.GatewayStage;
import dev.argus.gateway.http.ChatCompletions;
import dev.argus.gateway.http.HeldBytes;
import dev.argus.gateway.http.RemotePictures;
import dev.argus.service.telemetry.Telemetry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Makes what serves in a process whose stage is {@code gateway}. */
@Factory
@Requires(property = "argus.stage", value = "gateway")
final class GatewayFactory {
  @Singleton
  @Bean(preDestroy = "close")
  GatewayStage stage(
      GatewayConfiguration configuration, RoutingConfiguration routing, Telemetry telemetry) {
    return GatewayStage.open(configuration.toSettings(routing.toSettings()), telemetry);
  }

  @Singleton
  HeldBytes held(HttpConfiguration configuration) {
    return new HeldBytes(configuration.mostHeldBytes());
  }

  @Singleton
  @Bean(preDestroy = "close")
  RemotePictures pictures(HttpConfiguration configuration, HeldBytes held) {
    return new RemotePictures(configuration.toSources(), held);
  }

  @Singleton
  ChatCompletions chat(GatewayStage stage, RemotePictures pictures, Telemetry telemetry) {
    return new ChatCompletions(
        stage.generation(), stage.tenants(), pictures, telemetry, Clock.systemUTC());
  }
}
