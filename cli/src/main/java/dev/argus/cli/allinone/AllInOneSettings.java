package dev.argus.cli.allinone;

import dev.argus.checkpoint.graph.Precision;
import dev.argus.decoder.DecoderSettings;
import dev.argus.encoder.EncoderSettings;
import dev.argus.encoder.core.VisionTower;
import dev.argus.gateway.GatewaySettings;
import dev.argus.preprocess.PreprocessSettings;
import dev.argus.runtime.DeviceName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What the stages of one process are started with.
 *
 * @param models names of the models, the default one first
 * @param tower given a model's vision tower, gives what runs in its place, and closes it; for
 *     experiments
 * @param gateway makes the gateway's settings from the default ones, which know where the other
 *     stages are
 */
public record AllInOneSettings(
    List<String> models,
    PreprocessSettings preprocess,
    EncoderSettings encoder,
    UnaryOperator<VisionTower> tower,
    DecoderSettings decoder,
    UnaryOperator<GatewaySettings> gateway) {

  /**
   * Every stage's defaults.
   *
   * @param models checkpoint directories by name; the order of the map is that of the models
   */
  public static AllInOneSettings defaults(Map<String, Path> models) {
    return new AllInOneSettings(
        List.copyOf(models.keySet()),
        PreprocessSettings.defaults(models),
        EncoderSettings.defaults(models),
        UnaryOperator.identity(),
        DecoderSettings.defaults(models),
        UnaryOperator.identity());
  }

  /** The same with a vision tower and a language model of another precision. */
  public AllInOneSettings withPrecision(Precision precision) {
    return withEncoder(settings -> settings.withPrecision(precision))
        .withDecoder(settings -> settings.withPrecision(precision));
  }

  /** The same with a vision tower and a language model on another device. */
  public AllInOneSettings withDevice(DeviceName device) {
    return withEncoder(settings -> settings.withDevice(device))
        .withDecoder(settings -> settings.withDevice(device));
  }

  /** The same with another encoder. */
  public AllInOneSettings withEncoder(UnaryOperator<EncoderSettings> change) {
    return new AllInOneSettings(models, preprocess, change.apply(encoder), tower, decoder, gateway);
  }

  /** The same with something put around each vision tower. */
  public AllInOneSettings withTower(UnaryOperator<VisionTower> around) {
    return new AllInOneSettings(models, preprocess, encoder, around, decoder, gateway);
  }

  /** The same with another decoder. */
  public AllInOneSettings withDecoder(UnaryOperator<DecoderSettings> change) {
    return new AllInOneSettings(models, preprocess, encoder, tower, change.apply(decoder), gateway);
  }

  /** The same with another gateway. */
  public AllInOneSettings withGateway(UnaryOperator<GatewaySettings> change) {
    return new AllInOneSettings(models, preprocess, encoder, tower, decoder, change);
  }
}
