package dev.argus.cli;

import dev.argus.v1.Choices;
import dev.argus.v1.JsonSchema;
import dev.argus.v1.Regions;
import dev.argus.v1.ResponseFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What form an answer has; one of these, or none. */
final class FormOptions {
  @Option(
      names = "--regions",
      description = "Answer with things and where they are; --json prints boxes.")
  private boolean regions;

  @Option(
      names = "--schema",
      paramLabel = "FILE",
      description = "Answer with JSON that is valid by this JSON Schema.")
  private @Nullable Path schema;

  @Option(
      names = "--regex",
      paramLabel = "EXPRESSION",
      description = "Answer with text that matches from its beginning to its end.")
  private @Nullable String regex;

  @Option(
      names = "--choice",
      paramLabel = "TEXT",
      description = "Answer with one of these texts. Given once for each.")
  private List<String> choices = List.of();

  /** Empty: any. */
  Optional<ResponseFormat> format() {
    ResponseFormat.Builder format = ResponseFormat.newBuilder();
    if (regions) {
      format.setRegions(Regions.getDefaultInstance());
    } else if (schema != null) {
      format.setJsonSchema(JsonSchema.newBuilder().setSchema(read(schema)));
    } else if (regex != null) {
      format.setRegex(regex);
    } else if (!choices.isEmpty()) {
      format.setChoices(Choices.newBuilder().addAllValues(choices));
    } else {
      return Optional.empty();
    }
    return Optional.of(format.build());
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new Failure("cannot read %s: %s".formatted(file, e));
    }
  }
}
