package dev.argus.decoder.app;

import dev.argus.decoder.DecoderStage;
import dev.argus.service.StageService;
import dev.argus.service.telemetry.Telemetry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;

/** Makes the stage of a process whose stage is {@code decoder}. */
@Factory
@Requires(property = "argus.stage", value = "decoder")
final class DecoderFactory {
  @Singleton
  @Bean(preDestroy = "close")
  StageService stage(DecoderConfiguration configuration, Telemetry telemetry) {
    return DecoderStage.open(configuration.toSettings(), telemetry);
  }
}
