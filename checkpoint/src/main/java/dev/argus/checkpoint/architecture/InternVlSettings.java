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
    vision.requireText("hidden_act", "gelu");
    return VisionConfig.read(
        vision, scaleFactor(config), processor.mean(), processor.standardDeviation());
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
    text.requireText("model_type", "qwen2");
    return TextConfig.read(text, true, tiedEmbeddings);
  }
}
