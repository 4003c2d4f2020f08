package dev.argus.preprocess.app;

import dev.argus.preprocess.PreprocessStage;
import dev.argus.service.StageService;
import dev.argus.service.telemetry.Telemetry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;

/** Makes the stage of a process whose stage is {@code preprocess}. */
@Factory
@Requires(property = "argus.stage", value = "preprocess")
final class PreprocessFactory {
  @Singleton
  @Bean(preDestroy = "close")
  StageService stage(PreprocessConfiguration configuration, Telemetry telemetry) {
    return PreprocessStage.open(configuration.toSettings(), telemetry);
  }
}
