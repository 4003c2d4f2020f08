package dev.argus.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ProtocolMessageEnum;
import dev.argus.v1.Activity;
import dev.argus.v1.Anatomy;
import dev.argus.v1.Box;
import dev.argus.v1.Completion;
import dev.argus.v1.FinishReason;
import dev.argus.v1.Region;
import dev.argus.v1.Token;
import dev.argus.v1.TokenLogprob;
import dev.argus.v1.TokenLogprobs;
import dev.argus.v1.Usage;
import java.util.Locale;

/**
 * The parts of an answer, as OpenAI writes them; what OpenAI has no word for as argus.v1 has it.
 */
final class AnswerJson {
  /** What stands for no probability at all: JSON has no infinity. vLLM writes the same. */
  private static final double IMPOSSIBLE = -9999;

  private AnswerJson() {}

  static String finishReason(Completion completion) {
    return completion.getFinishReason() == FinishReason.FINISH_REASON_LENGTH ? "length" : "stop";
  }

  static ObjectNode usage(Usage usage) {
    ObjectNode json =
        Json.object()
            .put("prompt_tokens", usage.getPromptTokens())
            .put("completion_tokens", usage.getCompletionTokens())
            .put("total_tokens", usage.getPromptTokens() + usage.getCompletionTokens());
    json.putObject("prompt_tokens_details")
        .put("cached_tokens", usage.getCachedTokens())
        .put("image_tokens", usage.getVisualTokens());
    return json;
  }

  /** Adds the log-probabilities of an event's tokens. */
  static void addLogprobs(Token token, ArrayNode content) {
    for (TokenLogprobs logprobs : token.getLogprobsList()) {
      ObjectNode json = logprob(logprobs.getChosen());
      ArrayNode top = json.putArray("top_logprobs");
      logprobs.getTopList().forEach(alternative -> top.add(logprob(alternative)));
      content.add(json);
    }
  }

  private static ObjectNode logprob(TokenLogprob token) {
    ObjectNode json = Json.object().put("token", token.getBytes().toStringUtf8());
    json.put("logprob", Math.max(IMPOSSIBLE, token.getLogprob()));
    ArrayNode bytes = json.putArray("bytes");
    token.getBytes().forEach(value -> bytes.add(Byte.toUnsignedInt(value)));
    return json;
  }

  static ObjectNode region(Region region) {
    ObjectNode json = Json.object().put("label", region.getLabel());
    json.set("box", box(region.getBox()));
    json.set("normalized_box", box(region.getNormalizedBox()));
    return json.put("confidence", region.getConfidence())
        .put("first_token", region.getFirstToken())
        .put("end_token", region.getEndToken())
        .put("image_index", region.getImageIndex());
  }

  private static ObjectNode box(Box box) {
    return Json.object()
        .put("x_min", box.getXMin())
        .put("y_min", box.getYMin())
        .put("x_max", box.getXMax())
        .put("y_max", box.getYMax());
  }

  /** What Argus says at the end beyond what OpenAI does. */
  static ObjectNode extension(Completion completion) {
    ObjectNode json = Json.object();
    json.putObject("usage")
        .put("tiles", completion.getUsage().getTiles())
        .put("cached_tiles", completion.getUsage().getCachedTiles());
    json.set("anatomy", anatomy(completion.getAnatomy()));
    return json;
  }

  private static ObjectNode anatomy(Anatomy anatomy) {
    ObjectNode json =
        Json.object()
            .put("trace_id", anatomy.getTraceId())
            .put("ttft_ms", anatomy.getTtftMs())
            .put("total_ms", anatomy.getTotalMs());
    ArrayNode activities = json.putArray("activities");
    for (Activity activity : anatomy.getActivitiesList()) {
      activities
          .addObject()
          .put("stage", word(activity.getStage(), "STAGE_"))
          .put("kind", word(activity.getKind(), "ACTIVITY_KIND_"))
          .put("start_ms", activity.getStartMs())
          .put("duration_ms", activity.getDurationMs())
          .put("items", activity.getItems());
    }
    return json;
  }

  private static String word(ProtocolMessageEnum value, String prefix) {
    return value.getValueDescriptor().getName().substring(prefix.length()).toLowerCase(Locale.ROOT);
  }
}
