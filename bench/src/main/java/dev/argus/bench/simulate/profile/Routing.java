package dev.argus.bench.simulate.profile;

/**
 * How far encoders and decoders are chosen by the picture: {@code argus.gateway.routing}.
 *
 * @param loadFactor times the mean load, above which a replica passes its pictures on
 * @param lightLoad calls below which it never does
 */
public record Routing(double loadFactor, int lightLoad) {
  public Routing {
    Profile.require(loadFactor > 1, "routing.loadFactor must be above 1");
    Profile.require(lightLoad >= 1, "routing.lightLoad must be 1 or more");
  }
}
