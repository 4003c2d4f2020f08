package dev.argus.gateway.app;

import dev.argus.gateway.grpc.routing.RoutingPolicy;
import dev.argus.gateway.grpc.routing.RoutingSettings;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * The keys {@code argus.gateway.routing.*}: how calls are shared among a stage's replicas.
 *
 * @param policy affinity: calls go where the caches are that they need; round-robin: one after
 *     another
 * @param loadFactor how many times the mean load a replica takes of the calls that it is the best
 *     place for
 * @param encoderLightLoad calls below which an encoder is never too busy for those
 * @param decoderLightLoad calls below which a decoder is never too busy for those
 * @param overloadPause how long a replica that refused a call for lack of room is spared
 * @param faultLimit faults in a row after which a replica is left out
 * @param ejection how long it is left out for the first time
 * @param maxEjection how long it is left out at most
 */
@Requires(property = "argus.stage", value = "gateway")
@ConfigurationProperties("argus.gateway.routing")
record RoutingConfiguration(
    @Bindable(defaultValue = "affinity") RoutingPolicy policy,
    @Bindable(defaultValue = "1.25") double loadFactor,
    @Bindable(defaultValue = "1") int encoderLightLoad,
    @Bindable(defaultValue = "4") int decoderLightLoad,
    @Bindable(defaultValue = "1s") Duration overloadPause,
    @Bindable(defaultValue = "5") int faultLimit,
    @Bindable(defaultValue = "30s") Duration ejection,
    @Bindable(defaultValue = "5m") Duration maxEjection) {

  /**
   * What the balancers work with.
   *
   * @throws IllegalArgumentException when a value is out of range
   */
  RoutingSettings toSettings() {
    return new RoutingSettings(
        policy,
        loadFactor,
        encoderLightLoad,
        decoderLightLoad,
        overloadPause,
        faultLimit,
        ejection,
        maxEjection);
  }
}
