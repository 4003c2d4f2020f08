package dev.argus.encoder.app;

import dev.argus.encoder.EncoderStage;
import dev.argus.service.StageService;
import dev.argus.service.telemetry.Telemetry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;

/** Makes the stage of a process whose stage is {@code encoder}. */
@Factory
@Requires(property = "argus.stage", value = "encoder")
final class EncoderFactory {
  @Singleton
  @Bean(preDestroy = "close")
  StageService stage(EncoderConfiguration configuration, Telemetry telemetry) {
    return EncoderStage.open(configuration.toSettings(), telemetry);
  }
}
