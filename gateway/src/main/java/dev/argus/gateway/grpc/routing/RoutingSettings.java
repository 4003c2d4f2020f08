package dev.argus.gateway.grpc.routing;

import java.time.Duration;

/**
 * How calls are shared among a stage's replicas.
 *
 * @param policy how a replica is chosen; all that follows is of affinity's
 * @param loadFactor how many times the mean load a replica takes of the calls that it is the best
 *     place for; more than 1
 * @param encoderLightLoad calls below which an encoder is never too busy for those, whatever the
 *     others have; 1 or more. It works on one after another: a second waits for the first, which
 *     costs more than what the cache may save.
 * @param decoderLightLoad the same of a decoder; 1 or more. It works on several together, where
 *     caches are worth more than evenness.
 * @param overloadPause how long a replica that refused a call for lack of room is spared
 * @param faultLimit faults of its own in a row, after which a replica is left out; 1 or more
 * @param ejection how long it is left out for the first time; each time after it, as much longer
 * @param maxEjection how long it is left out at most
 */
public record RoutingSettings(
    RoutingPolicy policy,
    double loadFactor,
    int encoderLightLoad,
    int decoderLightLoad,
    Duration overloadPause,
    int faultLimit,
    Duration ejection,
    Duration maxEjection) {

  /**
   * Affinity, a quarter more than the mean, an encoder's 1 call and a decoder's 4, 1 second, 5
   * faults, 30 seconds, 5 minutes.
   */
  public static final RoutingSettings DEFAULT =
      new RoutingSettings(
          RoutingPolicy.AFFINITY,
          1.25,
          1,
          4,
          Duration.ofSeconds(1),
          5,
          Duration.ofSeconds(30),
          Duration.ofMinutes(5));

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the setting that is wrong and what is allowed
   */
  public RoutingSettings {
    require(loadFactor > 1 && loadFactor <= 100, "load-factor must be above 1 and at most 100");
    require(encoderLightLoad >= 1, "encoder-light-load must be 1 or more");
    require(decoderLightLoad >= 1, "decoder-light-load must be 1 or more");
    require(!overloadPause.isNegative(), "overload-pause must not be negative");
    require(faultLimit >= 1, "fault-limit must be 1 or more");
    require(ejection.isPositive(), "ejection must be positive");
    require(maxEjection.compareTo(ejection) >= 0, "max-ejection must not be shorter than ejection");
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException("argus.gateway.routing." + problem);
    }
  }
}
