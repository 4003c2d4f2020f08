package dev.argus.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.argus.v1.Sampling;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads how tokens are chosen: OpenAI's fields, and vLLM's further ones. Ranges are the core's to
 * check.
 */
final class SamplingReader {
  /** What is read here. */
  static final Set<String> FIELDS =
      Set.of(
          "max_tokens",
          "max_completion_tokens",
          "temperature",
          "top_p",
          "stop",
          "seed",
          "logprobs",
          "top_logprobs",
          "presence_penalty",
          "frequency_penalty",
          "logit_bias",
          "top_k",
          "min_p",
          "repetition_penalty",
          "ignore_eos",
          "min_tokens",
          "stop_token_ids",
          "include_stop_str_in_output");

  private SamplingReader() {}

  static Sampling read(Fields fields) {
    Sampling.Builder sampling = Sampling.newBuilder();
    fields.integer("max_tokens").ifPresent(sampling::setMaxTokens);
    fields.integer("max_completion_tokens").ifPresent(sampling::setMaxTokens);
    fields.number("temperature").ifPresent(sampling::setTemperature);
    fields.number("top_p").ifPresent(sampling::setTopP);
    fields.number("presence_penalty").ifPresent(sampling::setPresencePenalty);
    fields.number("frequency_penalty").ifPresent(sampling::setFrequencyPenalty);
    fields.wholeNumber("seed").ifPresent(sampling::setSeed);
    sampling.addAllStop(stop(fields));
    logprobs(fields, sampling);
    fields
        .object("logit_bias")
        .ifPresent(
            biases -> biases.object().properties().forEach(bias -> add(bias, biases, sampling)));
    readVllmFields(fields, sampling);
    return sampling.build();
  }

  private static void readVllmFields(Fields fields, Sampling.Builder sampling) {
    fields.integer("top_k").ifPresent(sampling::setTopK);
    fields.number("min_p").ifPresent(sampling::setMinP);
    fields.number("repetition_penalty").ifPresent(sampling::setRepetitionPenalty);
    fields.bool("ignore_eos").ifPresent(sampling::setIgnoreEos);
    fields.integer("min_tokens").ifPresent(sampling::setMinTokens);
    sampling.addAllStopTokenIds(fields.integers("stop_token_ids"));
    fields.bool("include_stop_str_in_output").ifPresent(sampling::setIncludeStopStrInOutput);
  }

  private static List<String> stop(Fields fields) {
    return fields.get("stop").isTextual()
        ? List.of(fields.requiredText("stop"))
        : fields.texts("stop");
  }

  private static void logprobs(Fields fields, Sampling.Builder sampling) {
    boolean wanted = fields.bool("logprobs").orElse(false);
    var top = fields.integer("top_logprobs");
    if (wanted) {
      sampling.setLogprobs(top.orElse(0));
    } else if (top.orElse(0) != 0) {
      throw fields.wrong("top_logprobs", "needs logprobs: true");
    }
  }

  private static void add(
      Map.Entry<String, JsonNode> bias, Fields biases, Sampling.Builder sampling) {
    int token;
    try {
      token = Integer.parseInt(bias.getKey());
    } catch (NumberFormatException e) {
      throw biases.wrong(bias.getKey(), "must be named by a token's id");
    }
    sampling.putLogitBias(token, Fields.number(bias.getValue(), biases.name(bias.getKey())));
  }
}
