package dev.argus.gateway.grpc;

import dev.argus.base.failure.InvalidInput;
import dev.argus.v1.Choices;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.Part;
import dev.argus.v1.ResponseFormat;

/** What a response format must be before a stage is asked; what it says is the decoder's matter. */
final class ResponseFormatCheck {
  private static final int LONGEST_SCHEMA = 262_144;
  private static final int LONGEST_REGEX = 16_384;
  private static final int MOST_CHOICES = 1024;
  private static final int LONGEST_CHOICES = 32_768;

  private ResponseFormatCheck() {}

  /**
   * @throws InvalidInput naming the first field that is wrong
   */
  static void check(GenerateRequest request) {
    if (!request.hasResponseFormat()) {
      return;
    }
    if (request.getSampling().getIgnoreEos()) {
      throw new InvalidInput(
          "sampling.ignore_eos", "must not be set with response_format, which says where to end");
    }
    ResponseFormat format = request.getResponseFormat();
    switch (format.getKindCase()) {
      case JSON_SCHEMA ->
          length(
              "response_format.json_schema.schema",
              format.getJsonSchema().getSchema(),
              LONGEST_SCHEMA);
      case REGEX -> length("response_format.regex", format.getRegex(), LONGEST_REGEX);
      case CHOICES -> choices(format.getChoices());
      case REGIONS -> picture(request);
      case JSON_OBJECT -> {
        // Nothing in it.
      }
      case KIND_NOT_SET ->
          throw new InvalidInput(
              "response_format.kind",
              "must be set: json_schema, regex, choices, regions or json_object");
    }
  }

  private static void choices(Choices choices) {
    String field = "response_format.choices.values";
    if (choices.getValuesCount() < 1 || choices.getValuesCount() > MOST_CHOICES) {
      throw new InvalidInput(
          field, "has %d; must have 1 to %d".formatted(choices.getValuesCount(), MOST_CHOICES));
    }
    int characters = 0;
    for (int i = 0; i < choices.getValuesCount(); i++) {
      length("%s[%d]".formatted(field, i), choices.getValues(i), LONGEST_CHOICES);
      characters += choices.getValues(i).length();
      if (characters > LONGEST_CHOICES) {
        throw new InvalidInput(
            field, "have more than %d characters together".formatted(LONGEST_CHOICES));
      }
    }
  }

  private static void length(String field, String text, int most) {
    if (text.isEmpty() || text.length() > most) {
      throw new InvalidInput(
          field, "has %d characters; must have 1 to %d".formatted(text.length(), most));
    }
  }

  private static void picture(GenerateRequest request) {
    boolean shown =
        request.getMessagesList().stream()
            .flatMap(message -> message.getContentList().stream())
            .anyMatch(Part::hasImage);
    if (!shown) {
      throw new InvalidInput("response_format.regions", "needs a picture in messages");
    }
  }
}
