package dev.argus.bench.simulate.profile;

/**
 * How far encoders and decoders are chosen by the picture: {@code argus.gateway.routing}.
 *
 * @param loadFactor times the mean load, above which a replica passes its pictures on
 * @param encoderLightLoad calls below which an encoder never does
 * @param decoderLightLoad calls below which a decoder never does
 */
public record Routing(double loadFactor, int encoderLightLoad, int decoderLightLoad) {
  public Routing {
    Profile.require(loadFactor > 1, "routing.loadFactor must be above 1");
    Profile.require(encoderLightLoad >= 1, "routing.encoderLightLoad must be 1 or more");
    Profile.require(decoderLightLoad >= 1, "routing.decoderLightLoad must be 1 or more");
  }
}
