package dev.argus.service.server;

import dev.argus.service.telemetry.Telemetry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import jakarta.inject.Singleton;

/** Makes the process's telemetry, under the name of its stage. */
@Factory
final class TelemetryFactory {
  @Singleton
  @Bean(preDestroy = "close")
  Telemetry telemetry(@Property(name = "argus.stage") String stage) {
    return Telemetry.fromEnvironment("argus-" + stage);
  }
}
