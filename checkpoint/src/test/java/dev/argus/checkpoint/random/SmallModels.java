package dev.argus.checkpoint.random;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.Map;

/** The models that can be made, shrunk to what a test has time for. */
final class SmallModels {
  private static final JsonMapper JSON = new JsonMapper();

  private SmallModels() {}

  /** A SmolVLM: 1,000 tokens, a width of 64, tiles of 128 pixels. */
  static Blueprint smolVlm() {
    return KnownModels.named("smolvlm-tiny");
  }

  /** An InternVL3: 1,000 tokens, a width of 64, tiles of 112 pixels. */
  static Blueprint internVl() {
    Blueprint model = KnownModels.named("internvl3-2b");
    ObjectNode config = json(model, "config.json").put("image_token_id", 1000 - 7);
    shrink(config, "vision_config").put("image_size", 112).put("patch_size", 14);
    shrink(config, "text_config").put("vocab_size", 1000);
    ObjectNode preprocessor = json(model, "preprocessor_config.json");
    preprocessor.withObject("size").put("height", 112).put("width", 112);
    return shrunk(
        model,
        Map.of(
            "config.json",
            config.toPrettyString(),
            "preprocessor_config.json",
            preprocessor.toPrettyString()));
  }

  private static ObjectNode shrink(ObjectNode config, String part) {
    return config
        .withObject(part)
        .put("hidden_size", 64)
        .put("intermediate_size", 128)
        .put("num_hidden_layers", 2)
        .put("num_attention_heads", 4)
        .put("num_key_value_heads", 2);
  }

  private static Blueprint shrunk(Blueprint model, Map<String, String> settings) {
    return model.with(settings).with(model.tokenizer().withTokens(1000));
  }

  private static ObjectNode json(Blueprint model, String file) {
    try {
      return (ObjectNode) JSON.readTree(model.settings().get(file));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
