package dev.argus.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.argus.base.failure.InvalidInput;
import dev.argus.v1.Detail;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.ResponseFormat;
import dev.argus.v1.Role;
import dev.argus.v1.Sampling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatRequestReaderTest {
  private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";

  @Test
  void messagesAndPartsKeepTheirPlaces() {
    ChatRequest chat =
        read(
            """
            {"model": "tiny", "messages": [
              {"role": "developer", "content": "Be short."},
              {"role": "user", "content": [
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AQID", "detail": "low"}},
                {"type": "text", "text": "What is it?"},
                {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]},
              {"role": "assistant", "content": "A cat.", "refusal": null},
              {"role": "user", "name": "Ann", "content": "Sure?"}]}
            """);
    GenerateRequest request = chat.request();

    assertThat(request.getModel()).isEqualTo("tiny");
    assertThat(request.getMessagesList())
        .extracting(message -> message.getRole())
        .containsExactly(Role.ROLE_SYSTEM, Role.ROLE_USER, Role.ROLE_ASSISTANT, Role.ROLE_USER);
    var parts = request.getMessages(1).getContentList();
    assertThat(parts.get(0).getImage().getData().toByteArray()).containsExactly(1, 2, 3);
    assertThat(parts.get(0).getImage().getDetail()).isEqualTo(Detail.DETAIL_LOW);
    assertThat(parts.get(1).getText()).isEqualTo("What is it?");
    assertThat(parts.get(2).getImage().getDetail()).isEqualTo(Detail.DETAIL_AUTO);
    assertThat(chat.remote())
        .containsExactly(
            new ChatRequest.RemotePicture(
                1, 2, "https://example.com/a.png", "messages[1].content[2].image_url.url"));
    assertThat(chat.stream()).isFalse();
  }

  @Test
  void whatIsNotGivenOrNullStaysUnset() {
    ChatRequest chat =
        read("{%s, \"temperature\": null, \"stop\": null, \"tools\": []}".formatted(MESSAGES));

    assertThat(chat.request().getSampling()).isEqualTo(Sampling.getDefaultInstance());
    assertThat(chat.request().getModel()).isEmpty();
    assertThat(chat.request().hasResponseFormat()).isFalse();
  }

  @Test
  void readsHowTokensAreChosen() {
    Sampling sampling =
        read("""
        {%s, "max_completion_tokens": 9, "temperature": 0.5, "top_p": 0.25, "stop": ["a", "b"],
         "seed": -7, "logprobs": true, "top_logprobs": 3, "presence_penalty": 1,
         "frequency_penalty": -1.5, "logit_bias": {"12": -100, "7": 2.5}, "top_k": 40,
         "min_p": 0.125, "repetition_penalty": 1.25, "ignore_eos": true, "min_tokens": 2,
         "stop_token_ids": [5, 6], "include_stop_str_in_output": true}
        """
                .formatted(MESSAGES))
            .request()
            .getSampling();

    assertThat(sampling)
        .isEqualTo(
            Sampling.newBuilder()
                .setMaxTokens(9)
                .setTemperature(0.5f)
                .setTopP(0.25f)
                .addStop("a")
                .addStop("b")
                .setSeed(-7)
                .setLogprobs(3)
                .setPresencePenalty(1)
                .setFrequencyPenalty(-1.5f)
                .putLogitBias(12, -100)
                .putLogitBias(7, 2.5f)
                .setTopK(40)
                .setMinP(0.125f)
                .setRepetitionPenalty(1.25f)
                .setIgnoreEos(true)
                .setMinTokens(2)
                .addStopTokenIds(5)
                .addStopTokenIds(6)
                .setIncludeStopStrInOutput(true)
                .build());
    assertThat(sampling.getTemperature()).isCloseTo(0.5f, within(0f));
  }

  @Test
  void oneStopStringAndMaxTokensByItsOlderName() {
    Sampling sampling =
        read("{%s, \"stop\": \"end\", \"max_tokens\": 3, \"logprobs\": true}".formatted(MESSAGES))
            .request()
            .getSampling();

    assertThat(sampling.getStopList()).containsExactly("end");
    assertThat(sampling.getMaxTokens()).isEqualTo(3);
    assertThat(sampling.hasLogprobs()).isTrue();
    assertThat(sampling.getLogprobs()).isZero();
  }

  @Test
  void readsStreamOptionsAndPriority() {
    ChatRequest chat =
        read(
            "{%s, \"stream\": true, \"stream_options\": {\"include_usage\": true}, \"argus\": {\"priority\": -3}}"
                .formatted(MESSAGES));

    assertThat(chat.stream()).isTrue();
    assertThat(chat.includeUsage()).isTrue();
    assertThat(chat.request().getPriority()).isEqualTo(-3);
  }

  @Test
  void readsTheFormOfTheAnswer() {
    assertThat(format("\"response_format\": {\"type\": \"text\"}"))
        .isEqualTo(ResponseFormat.getDefaultInstance());
    assertThat(format("\"response_format\": {\"type\": \"json_object\"}").hasJsonObject()).isTrue();
    assertThat(
            format(
                    "\"response_format\": {\"type\": \"json_schema\", \"json_schema\": {\"name\": \"n\","
                        + " \"strict\": true, \"schema\": {\"type\": \"object\"}}}")
                .getJsonSchema()
                .getSchema())
        .isEqualTo("{\"type\":\"object\"}");
    assertThat(format("\"argus\": {\"response_format\": {\"type\": \"regions\"}}").hasRegions())
        .isTrue();
    assertThat(
            format("\"argus\": {\"response_format\": {\"type\": \"regex\", \"regex\": \"a+\"}}")
                .getRegex())
        .isEqualTo("a+");
    assertThat(
            format(
                    "\"argus\": {\"response_format\": {\"type\": \"choice\", \"choice\": [\"yes\", \"no\"]}}")
                .getChoices()
                .getValuesList())
        .containsExactly("yes", "no");
  }

  @Test
  void aSchemaIsHandedOnAsItIsWritten() {
    String schema =
        "{\"type\":\"object\",\"properties\":{\"z\":{\"type\":\"integer\",\"maximum\":123456789012345678901},"
            + "\"a\":{\"enum\":[\"é\\n\",1.5,null]}},\"required\":[\"z\",\"a\"],\"additionalProperties\":false}";

    assertThat(
            format(
                    "\"response_format\": {\"type\": \"json_schema\", \"json_schema\": {\"name\": \"n\","
                        + " \"schema\": "
                        + schema
                        + "}}")
                .getJsonSchema()
                .getSchema())
        .isEqualTo(schema);
  }

  @Test
  void aBodyThatWouldFillTheMemoryIsRefused() {
    assertThatThrownBy(() -> read("{\"stop\":[" + "[],".repeat(200_000) + "[]]}"))
        .isInstanceOf(InvalidInput.class)
        .hasMessageContaining("more than 200000 values");
    assertThatThrownBy(() -> read("[".repeat(100_000)))
        .isInstanceOf(InvalidInput.class)
        .hasMessageContaining("is nested too deeply");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'messages': [{'role': 'user', 'content': 'Hi'}]  | The body      | is not JSON at line 1, column",
        "[]                                                | The body      | must be a JSON object",
        "                                                  | The body      | must be a JSON object",
        "{} trailing                                       | The body      | is not JSON at line 1, column",
        "{'messages': 1}                                   | messages      | must be a list",
        "{}                                                | messages      | is missing",
        "{'messages': [1]}                                 | messages[0]   | must be a JSON object",
        "{'messages': [{'role': 'tool', 'content': ''}]}   | messages[0].role | is tool",
        "{'messages': [{'content': ''}]}                   | messages[0].role | is missing",
        "{'messages': [{'role': 'user'}]}                  | messages[0].content | must be a string or a list",
        "{'messages': [{'role': 'user', 'content': [{'type': 'video'}]}]} | messages[0].content[0].type | is video",
        "{'messages': [{'role': 'user', 'content': [{'type': 'image_url', 'image_url': 'x'}]}]} | messages[0].content[0].image_url | must be a JSON object",
        "{'messages': [{'role': 'user', 'content': [{'type': 'image_url', 'image_url': {'url': 'x', 'detail': 'best'}}]}]} | messages[0].content[0].image_url.detail | is best",
        "{'messages': [{'role': 'user', 'content': [{'type': 'image_url', 'image_url': {'url': 'data:image/png;base64,*'}}]}]} | messages[0].content[0].image_url.url | holds data that is not base64",
        "{'messages': [{'role': 'user', 'content': [{'type': 'image_url', 'image_url': {'url': 'data:text/html;base64,AA=='}}]}]} | messages[0].content[0].image_url.url | is a data: URL of another type",
        "{'messages': [], 'n': 2}                          | n             | is 2",
        "{'messages': [], 'temperature': 'hot'}            | temperature   | must be a number",
        "{'messages': [], 'max_tokens': 1.5}               | max_tokens    | must be a whole number",
        "{'messages': [], 'stream': 'yes'}                 | stream        | must be true or false",
        "{'messages': [], 'stop': [1]}                     | stop[0]       | must be a string",
        "{'messages': [], 'top_logprobs': 2}               | top_logprobs  | needs logprobs",
        "{'messages': [], 'logit_bias': {'cat': 1}}        | logit_bias.cat | must be named by a token",
        "{'messages': [], 'tools': [{}]}                   | tools         | is not served",
        "{'messages': [], 'temprature': 1}                 | temprature    | is not a field",
        "{'messages': [], 'argus': {'prio': 1}}            | argus.prio    | is not a field",
        "{'messages': [], 'stream_options': {}}            | stream_options | is only for",
        "{'messages': [], 'response_format': {'type': 'xml'}} | response_format.type | is xml",
        "{'messages': [], 'response_format': {'type': 'json_schema'}} | response_format.json_schema | is missing",
        "{'messages': [], 'response_format': {'type': 'json_object'}, 'argus': {'response_format': {'type': 'regions'}}} | argus.response_format | cannot be given together",
      },
      quoteCharacter = '`')
  void saysWhichFieldIsWrongAndWhatIsAllowed(String body, String field, String problem) {
    String json = body == null ? "null" : body.replace('\'', '"');
    assertThatThrownBy(() -> read(json))
        .isInstanceOfSatisfying(
            InvalidInput.class, wrong -> assertThat(wrong.field()).isEqualTo(field))
        .hasMessageStartingWith(field + " " + problem);
  }

  private static ResponseFormat format(String field) {
    return read("{%s, %s}".formatted(MESSAGES, field)).request().getResponseFormat();
  }

  private static ChatRequest read(String json) {
    return ChatRequestReader.read(json.getBytes(UTF_8));
  }
}
