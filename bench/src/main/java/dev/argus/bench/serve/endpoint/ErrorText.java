package dev.argus.bench.serve.endpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** What a server says went wrong, in one short line. */
final class ErrorText {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int LONGEST = 200;

  private ErrorText() {}

  /** Of a response's body: OpenAI's error object, or else the text itself. */
  static String of(String body) {
    try {
      return of(JSON.readTree(body));
    } catch (JsonProcessingException e) {
      return line(body);
    }
  }

  /** Of OpenAI's error object. */
  static String of(JsonNode body) {
    JsonNode error = body.path("error");
    JsonNode message = error.isTextual() ? error : error.path("message");
    return line(message.isTextual() ? message.textValue() : body.toString());
  }

  private static String line(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
  }
}
