package dev.argus.gateway.http;

import dev.argus.v1.Choices;
import dev.argus.v1.JsonObject;
import dev.argus.v1.JsonSchema;
import dev.argus.v1.Regions;
import dev.argus.v1.ResponseFormat;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the form that the answer is to have: OpenAI's {@code response_format}, or one that OpenAI
 * does not have, {@code argus.response_format}.
 */
final class ResponseFormatReader {
  private static final String FORMAT = "response_format";

  private ResponseFormatReader() {}

  /** Empty for text of any form. */
  static Optional<ResponseFormat> read(Fields body, Optional<Fields> extension) {
    Optional<ResponseFormat> form = body.object(FORMAT).flatMap(ResponseFormatReader::openAi);
    Optional<Fields> own = extension.flatMap(argus -> argus.object(FORMAT));
    if (form.isPresent() && own.isPresent()) {
      throw extension.orElseThrow().wrong(FORMAT, "cannot be given together with response_format");
    }
    return own.map(ResponseFormatReader::argus).or(() -> form);
  }

  private static Optional<ResponseFormat> openAi(Fields format) {
    String type = format.requiredText("type");
    return switch (type) {
      case "text" -> Optional.empty();
      case "json_object" ->
          Optional.of(
              ResponseFormat.newBuilder().setJsonObject(JsonObject.getDefaultInstance()).build());
      case "json_schema" -> Optional.of(schema(format));
      default ->
          throw format.wrong(
              "type", "is %s; must be text, json_object or json_schema".formatted(type));
    };
  }

  private static ResponseFormat schema(Fields format) {
    Fields named =
        format
            .object("json_schema")
            .orElseThrow(() ->
                format.wrong("json_schema", "is missing; it must be an object with a schema"));
    named.allowOnly(Set.of("name", "description", "schema", "strict"));
    if (!named.has("schema")) {
      throw named.wrong("schema", "is missing; it must be a JSON Schema");
    }
    return ResponseFormat.newBuilder()
        .setJsonSchema(JsonSchema.newBuilder().setSchema(named.get("schema").toString()))
        .build();
  }

  private static ResponseFormat argus(Fields format) {
    String type = format.requiredText("type");
    ResponseFormat.Builder form = ResponseFormat.newBuilder();
    switch (type) {
      case "regex" -> {
        format.allowOnly(Set.of("type", "regex"));
        form.setRegex(format.requiredText("regex"));
      }
      case "choice" -> {
        format.allowOnly(Set.of("type", "choice"));
        form.setChoices(Choices.newBuilder().addAllValues(format.texts("choice")));
      }
      case "regions" -> {
        format.allowOnly(Set.of("type"));
        form.setRegions(Regions.getDefaultInstance());
      }
      default ->
          throw format.wrong("type", "is %s; must be regex, choice or regions".formatted(type));
    }
    return form.build();
  }
}
