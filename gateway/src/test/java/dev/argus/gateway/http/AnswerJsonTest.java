package dev.argus.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import dev.argus.v1.Activity;
import dev.argus.v1.ActivityKind;
import dev.argus.v1.Anatomy;
import dev.argus.v1.Box;
import dev.argus.v1.Completion;
import dev.argus.v1.FinishReason;
import dev.argus.v1.GenerateResponse;
import dev.argus.v1.Region;
import dev.argus.v1.Stage;
import dev.argus.v1.Token;
import dev.argus.v1.TokenLogprob;
import dev.argus.v1.TokenLogprobs;
import dev.argus.v1.Usage;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerJsonTest {
  private static final AnswerHead HEAD = new AnswerHead("chatcmpl-1", 1700000000, "tiny");

  @Test
  void aWholeAnswerHasItsTextUsageAndAnatomy() throws IOException {
    var whole = new WholeAnswer();
    whole.add(token("A red "));
    whole.add(token("cat"));

    assertThat(json(whole.end(HEAD, completion()).toString()))
        .isEqualTo(
            json(
                """
                {"id": "chatcmpl-1", "object": "chat.completion", "created": 1700000000, "model": "tiny",
                 "choices": [{"index": 0, "message": {"role": "assistant", "content": "A red cat",
                   "refusal": null}, "logprobs": null, "finish_reason": "length"}],
                 "usage": {"prompt_tokens": 13, "completion_tokens": 3, "total_tokens": 16,
                   "prompt_tokens_details": {"cached_tokens": 4, "image_tokens": 8}},
                 "argus": {"usage": {"tiles": 2, "cached_tiles": 1},
                   "anatomy": {"trace_id": "abc", "ttft_ms": 1.5, "total_ms": 3.0, "activities": [
                     {"stage": "preprocess", "kind": "decode_image", "start_ms": 0.5,
                      "duration_ms": 0.25, "items": 1}]}}}
                """));
  }

  @Test
  void chunksBeginWithTheRoleAndEndWithTheReasonAndTheUsage() {
    var chunks = new AnswerChunks(HEAD, true);

    List<ObjectNode> first = chunks.of(token("A"));
    assertThat(first).hasSize(2);
    assertThat(delta(first.get(0)).toString())
        .isEqualTo("{\"role\":\"assistant\",\"content\":\"\"}");
    assertThat(delta(first.get(1)).toString()).isEqualTo("{\"content\":\"A\"}");
    assertThat(first.get(1).path("usage").isNull()).isTrue();
    assertThat(first.get(1).path("object").asText()).isEqualTo("chat.completion.chunk");
    assertThat(chunks.of(token(""))).isEmpty();

    List<ObjectNode> last =
        chunks.of(GenerateResponse.newBuilder().setCompletion(completion()).build());
    assertThat(last).hasSize(2);
    assertThat(last.get(0).at("/choices/0/finish_reason").asText()).isEqualTo("length");
    assertThat(last.get(0).at("/argus/anatomy/ttft_ms").asDouble()).isEqualTo(1.5);
    assertThat(last.get(1).path("choices")).isEmpty();
    assertThat(last.get(1).at("/usage/total_tokens").asInt()).isEqualTo(16);
  }

  @Test
  void withoutIncludeUsageNoChunkSpeaksOfIt() {
    var chunks = new AnswerChunks(HEAD, false);

    assertThat(chunks.of(GenerateResponse.newBuilder().setCompletion(completion()).build()))
        .hasSize(2)
        .noneMatch(chunk -> chunk.has("usage"));
  }

  @Test
  void logprobsHaveTheTokensBytesAndAreFinite() {
    var event =
        GenerateResponse.newBuilder()
            .setToken(
                Token.newBuilder()
                    .setText("é")
                    .addIds(7)
                    .addLogprobs(
                        TokenLogprobs.newBuilder()
                            .setChosen(logprob(7, "é", -0.5f))
                            .addTop(logprob(7, "é", -0.5f))
                            .addTop(logprob(8, "e", Float.NEGATIVE_INFINITY))))
            .build();
    var whole = new WholeAnswer();
    whole.add(event);

    String expected =
        "{\"content\":[{\"token\":\"é\",\"logprob\":-0.5,\"bytes\":[195,169],\"top_logprobs\":["
            + "{\"token\":\"é\",\"logprob\":-0.5,\"bytes\":[195,169]},"
            + "{\"token\":\"e\",\"logprob\":-9999.0,\"bytes\":[101]}]}]}";
    assertThat(whole.end(HEAD, completion()).at("/choices/0/logprobs").toString())
        .isEqualTo(expected);
    assertThat(
            new AnswerChunks(HEAD, false).of(event).getLast().at("/choices/0/logprobs").toString())
        .isEqualTo(expected);
  }

  @Test
  void regionsComeUnderTheExtension() {
    var event =
        GenerateResponse.newBuilder()
            .setRegion(
                Region.newBuilder()
                    .setLabel("cat")
                    .setBox(Box.newBuilder().setXMin(1).setYMin(2).setXMax(3).setYMax(4))
                    .setConfidence(0.5f)
                    .setEndToken(9))
            .build();
    var whole = new WholeAnswer();
    whole.add(event);

    JsonNode streamed = new AnswerChunks(HEAD, false).of(event).getLast().at("/argus/region");
    assertThat(streamed.path("label").asText()).isEqualTo("cat");
    assertThat(streamed.path("box").toString())
        .isEqualTo("{\"x_min\":1.0,\"y_min\":2.0,\"x_max\":3.0,\"y_max\":4.0}");
    assertThat(streamed.path("end_token").asInt()).isEqualTo(9);
    assertThat(whole.end(HEAD, completion()).at("/argus/regions/0")).isEqualTo(streamed);
  }

  private static TokenLogprob logprob(int id, String text, float logprob) {
    return TokenLogprob.newBuilder()
        .setId(id)
        .setLogprob(logprob)
        .setBytes(ByteString.copyFromUtf8(text))
        .build();
  }

  private static JsonNode delta(ObjectNode chunk) {
    return chunk.at("/choices/0/delta");
  }

  private static GenerateResponse token(String text) {
    return GenerateResponse.newBuilder()
        .setToken(Token.newBuilder().setText(text).addIds(1))
        .build();
  }

  private static Completion completion() {
    return Completion.newBuilder()
        .setModel("tiny")
        .setFinishReason(FinishReason.FINISH_REASON_LENGTH)
        .setUsage(
            Usage.newBuilder()
                .setPromptTokens(13)
                .setVisualTokens(8)
                .setCompletionTokens(3)
                .setTiles(2)
                .setCachedTokens(4)
                .setCachedTiles(1))
        .setAnatomy(
            Anatomy.newBuilder()
                .setTraceId("abc")
                .setTtftMs(1.5)
                .setTotalMs(3)
                .addActivities(
                    Activity.newBuilder()
                        .setStage(Stage.STAGE_PREPROCESS)
                        .setKind(ActivityKind.ACTIVITY_KIND_DECODE_IMAGE)
                        .setStartMs(0.5)
                        .setDurationMs(0.25)
                        .setItems(1)))
        .build();
  }

  /** Compared by value: the order of fields and the width of numbers do not matter. */
  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text);
  }
}
