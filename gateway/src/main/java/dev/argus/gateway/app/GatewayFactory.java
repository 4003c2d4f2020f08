package dev.argus.gateway.app;

import dev.argus.gateway.GatewayStage;
import dev.argus.service.StageService;
import dev.argus.service.telemetry.Telemetry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;

/** Makes the stage of a process whose stage is {@code gateway}. */
@Factory
@Requires(property = "argus.stage", value = "gateway")
final class GatewayFactory {
  @Singleton
  @Bean(preDestroy = "close")
  StageService stage(GatewayConfiguration configuration, Telemetry telemetry) {
    return GatewayStage.open(configuration.toSettings(), telemetry);
  }
}
