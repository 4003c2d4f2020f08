package dev.argus.checkpoint.architecture;

import dev.argus.checkpoint.config.CheckpointFiles;
import dev.argus.checkpoint.config.ModelConfig;
import dev.argus.checkpoint.config.Settings;
import dev.argus.checkpoint.config.VisionConfig;
import dev.argus.checkpoint.prompt.ImageMarkup;
import dev.argus.checkpoint.tiling.ClosestRatioTiling;
import dev.argus.checkpoint.tiling.Filter;
import dev.argus.checkpoint.tiling.Tiling;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * InternVL3 in OpenGVLab's own layout, the one with remote code: the same model as {@link
 * InternVl}, under other names.
 *
 * <p>Reference: {@code configuration_internvl_chat.py} and {@code configuration_intern_vit.py}
 * beside the weights; defaults are theirs. Their prompt begins with a default system message, which
 * transformers' has not: here both layouts give transformers' prompt.
 */
public final class InternVlChat implements Architecture {

  /** Of transformers' {@code convert_internvl_weights_to_hf.py}, Apache-2.0, without video. */
  private static final String CHAT_TEMPLATE =
      """
      {% for message in messages %}{{'<|im_start|>' + message['role'] + '
      '}}{% if message['content'] is string %}{{ message['content'] }}{% else %}\
      {% for content in message['content'] %}\
      {% if content['type'] == 'image' %}{{ '<IMG_CONTEXT>
      ' }}{% elif content['type'] == 'text' %}{{ content['text'] }}{% endif %}\
      {% endfor %}{% endif %}{{'<|im_end|>
      '}}{% endfor %}{% if add_generation_prompt %}{{'<|im_start|>assistant
      ' }}{% endif %}\
      """;

  @Override
  public List<String> modelTypes() {
    return List.of("internvl_chat");
  }

  @Override
  public ModelConfig config(CheckpointFiles files) {
    Settings config = files.config();
    Settings text = config.object("llm_config");
    return new ModelConfig(
        vision(config, new ImageProcessor(files.preprocessor())),
        InternVlSettings.text(text, text.flag("tie_word_embeddings", false)),
        imageTokenId(files),
        files.endOfSequenceIds(),
        null);
  }

  private static VisionConfig vision(Settings config, ImageProcessor processor) {
    Settings vision = config.object("vision_config");
    vision.requireFlag("qkv_bias", true, true);
    vision.requireFlag("qk_normalization", false, true);
    vision.requireText("norm_type", "layer_norm");
    config.requireNumber("select_layer", -1);
    config.requireText("ps_version", "v2");
    return InternVlSettings.vision(config, processor);
  }

  /** The settings do not name it; the remote code looks it up when it answers. */
  private static int imageTokenId(CheckpointFiles files) {
    return files
        .addedTokenId(InternVlMarkup.PLACEHOLDER)
        .orElseThrow(() ->
            files
                .config()
                .fault(
                    "model_type",
                    "needs %s".formatted(InternVlMarkup.PLACEHOLDER)
                        + " among the added tokens of tokenizer.json, which it is not"));
  }

  @Override
  public Tiling tiling(CheckpointFiles files) {
    Settings config = files.config();
    config.requireFlag("pad2square", false, false);
    int imageSize = config.object("vision_config").positiveSquare("image_size");
    ImageProcessor.requireTile(config, "force_image_size", imageSize);
    int minPatches = config.positive("min_dynamic_patch", 1);
    int maxPatches = config.positive("max_dynamic_patch", 6);
    if (maxPatches < minPatches) {
      throw config.fault("max_dynamic_patch", "is less than min_dynamic_patch");
    }
    boolean split = config.flag("dynamic_image_size", false);
    if (split) {
      config.requireFlag("use_thumbnail", true, false);
    }
    return new ClosestRatioTiling(
        imageSize,
        minPatches,
        maxPatches,
        split,
        new ImageProcessor(files.preprocessor()).filter(Filter.BICUBIC));
  }

  @Override
  public Optional<String> chatTemplate() {
    return Optional.of(CHAT_TEMPLATE);
  }

  @Override
  public VisionLayout visionLayout(Predicate<String> hasTensor) {
    return new VisionLayout.InternVitMlp(InternVlNames.ORIGINAL);
  }

  @Override
  public DecoderNames decoderNames(Predicate<String> hasTensor) {
    return InternVlNames.ORIGINAL.decoder();
  }

  @Override
  public ImageMarkup markup() {
    return new InternVlMarkup();
  }
}
