package dev.argus.gateway.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.argus.base.failure.InvalidInput;
import dev.argus.v1.GenerateRequest;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the body of {@code POST /v1/chat/completions}. */
final class ChatRequestReader {
  /** Read here, and by the readers of messages, sampling and form. */
  private static final Set<String> READ =
      Set.of("model", "messages", "stream", "stream_options", "n", "argus", "response_format");

  /** Say who asks, or how to account for it; an answer is the same with any value. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "user",
          "metadata",
          "store",
          "service_tier",
          "safety_identifier",
          "prompt_cache_key",
          "prompt_cache_retention");

  /** Would change the answer, and are not to be had: allowed with the value that asks nothing. */
  private static final Set<String> NOT_SERVED =
      Set.of(
          "tools",
          "tool_choice",
          "parallel_tool_calls",
          "functions",
          "function_call",
          "modalities",
          "audio",
          "prediction",
          "reasoning_effort",
          "verbosity",
          "web_search_options",
          "best_of");

  private static final Set<String> KNOWN = known();

  /** Each becomes an object of far more bytes than its text has. */
  private static final int MAX_JSON_TOKENS = 200_000;

  /** A string may be a picture: how long it may be is for the server's limit of a body to say. */
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNestingDepth(200)
                          .maxTokenCount(MAX_JSON_TOKENS)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private ChatRequestReader() {}

  /**
   * Reads a request.
   *
   * @param body JSON, UTF-8
   * @throws InvalidInput naming the field that is wrong, or where the JSON ends to be one
   */
  static ChatRequest read(byte[] body) {
    Fields fields = Fields.of(parse(body), "");
    fields.allowOnly(KNOWN);
    refuseWhatIsNotServed(fields);
    int answers = fields.integer("n").orElse(1);
    if (answers != 1) {
      throw fields.wrong("n", "is " + answers + "; Argus gives 1 answer a request");
    }
    Optional<Fields> extension = fields.object("argus");
    extension.ifPresent(argus -> argus.allowOnly(Set.of("priority", "response_format")));

    GenerateRequest.Builder request = GenerateRequest.newBuilder();
    fields.text("model").ifPresent(request::setModel);
    var messages = new MessagesReader();
    List<ChatRequest.RemotePicture> remote = messages.read(fields, request);
    request.setSampling(SamplingReader.read(fields));
    ResponseFormatReader.read(fields, extension).ifPresent(request::setResponseFormat);
    extension.ifPresent(argus -> argus.integer("priority").ifPresent(request::setPriority));
    boolean stream = fields.bool("stream").orElse(false);
    return new ChatRequest(request.build(), remote, stream, includeUsage(fields, stream));
  }

  private static JsonNode parse(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (StreamConstraintsException e) {
      throw new InvalidInput(
          "The body",
          "is nested too deeply, has too long a name or more than %d values"
              .formatted(MAX_JSON_TOKENS),
          e);
    } catch (JacksonException e) {
      JsonLocation at = e.getLocation();
      String where =
          at == null ? "" : " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
      throw new InvalidInput(
          "The body", "is not JSON%s: %s".formatted(where, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new InvalidInput("The body", "cannot be read", e);
    }
  }

  private static void refuseWhatIsNotServed(Fields fields) {
    for (String field : NOT_SERVED) {
      JsonNode value = fields.get(field);
      if (!asksNothing(field, value)) {
        throw fields.wrong(field, "is not served by Argus; leave it out");
      }
    }
  }

  private static boolean asksNothing(String field, JsonNode value) {
    return switch (field) {
      case "tools", "functions" -> value.isEmpty();
      case "tool_choice", "function_call", "reasoning_effort" ->
          value.isMissingNode() || value.asText().equals("none");
      case "parallel_tool_calls" -> true;
      case "modalities" -> value.isMissingNode() || value.toString().equals("[\"text\"]");
      case "best_of" -> value.isMissingNode() || value.asInt() == 1;
      default -> value.isMissingNode();
    };
  }

  private static boolean includeUsage(Fields fields, boolean stream) {
    Optional<Fields> options = fields.object("stream_options");
    if (options.isPresent() && !stream) {
      throw fields.wrong("stream_options", "is only for a request with stream: true");
    }
    options.ifPresent(given -> given.allowOnly(Set.of("include_usage", "include_obfuscation")));
    return options.flatMap(given -> given.bool("include_usage")).orElse(false);
  }

  private static Set<String> known() {
    Set<String> known = new HashSet<>(READ);
    known.addAll(WITHOUT_EFFECT);
    known.addAll(NOT_SERVED);
    known.addAll(SamplingReader.FIELDS);
    return Set.copyOf(known);
  }
}
