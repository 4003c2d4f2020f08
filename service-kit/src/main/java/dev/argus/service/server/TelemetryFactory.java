package dev.argus.service.server;

import dev.argus.service.telemetry.Telemetry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;

/** Makes the process's telemetry, under the name of its stage, where it has none yet. */
@Factory
final class TelemetryFactory {
  @Singleton
  @Requires(missingBeans = Telemetry.class)
  @Bean(preDestroy = "close")
  Telemetry telemetry(@Property(name = "argus.stage") String stage) {
    return Telemetry.fromEnvironment("argus-" + stage);
  }
}
