package dev.argus.checkpoint.architecture;

import dev.argus.checkpoint.config.Settings;
import dev.argus.checkpoint.config.TextConfig;
import dev.argus.checkpoint.config.VisionConfig;

/**
 * The part of the settings that both layouts of InternVL's checkpoints share.
 *
 * <p>InternVL is a family of families: towers with and without biases and with normalised queries,
 * and many language models. What is not InternVL3's is refused here, by the setting that says so.
 */
final class InternVlSettings {
  private InternVlSettings() {}

  /**
   * The vision tower.
   *
   * @param config the top level
   */
  static VisionConfig vision(Settings config, ImageProcessor processor) {
    Settings vision = config.object("vision_config");
    requireText(vision, "hidden_act", "gelu");
    return new VisionConfig(
        vision.positive("hidden_size"),
        vision.positive("intermediate_size"),
        vision.positive("num_hidden_layers"),
        vision.positive("num_attention_heads"),
        vision.positiveSquare("image_size"),
        vision.positiveSquare("patch_size"),
        vision.number("layer_norm_eps", 1e-6),
        scaleFactor(config),
        processor.mean(),
        processor.standardDeviation());
  }

  private static int scaleFactor(Settings config) {
    double ratio = config.number("downsample_ratio", 0.5);
    int factor = (int) Math.round(1 / ratio);
    if (ratio <= 0 || factor * ratio != 1) {
      throw config.fault("downsample_ratio", "should be 1, 1/2, 1/4 or so, not " + ratio);
    }
    return factor;
  }

  /** The language model, which is Qwen2. */
  static TextConfig text(Settings text, boolean tiedEmbeddings) {
    requireText(text, "model_type", "qwen2");
    return TextConfig.read(text, true, tiedEmbeddings);
  }

  /** Refuses any other text than the one that is supported, which is the default too. */
  static void requireText(Settings settings, String key, String supported) {
    String value = settings.text(key).orElse(supported);
    if (!value.equals(supported)) {
      throw settings.fault(key, "is %s; only %s is supported".formatted(value, supported));
    }
  }

  /** Refuses any other number than the one that is supported, which is the default too. */
  static void requireNumber(Settings settings, String key, int supported) {
    double value = settings.number(key, supported);
    if (value != supported) {
      throw settings.fault(key, "is %s; only %d is supported".formatted(value, supported));
    }
  }

  /**
   * Refuses a switch that is set wrongly.
   *
   * @param fallback what it is where the settings do not say
   */
  static void requireFlag(Settings settings, String key, boolean supported, boolean fallback) {
    boolean value = settings.flag(key, fallback);
    if (value != supported) {
      throw settings.fault(key, "is %s, which is not supported".formatted(value));
    }
  }
}
