package dev.argus.bench.option;

import dev.argus.checkpoint.tiling.Size;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What is asked: about how large a picture, and for how long an answer. */
public final class QuestionOptions {
  @Spec(Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private CommandSpec spec;

  @Option(
      names = "--picture-size",
      paramLabel = "WxH",
      converter = SizeConverter.class,
      description = "Of the pictures, which are drawn JPEGs. Default: 1600x1200.")
  private Size pictureSize = new Size(1600, 1200);

  private int outputTokens;

  @Option(
      names = "--output-len",
      paramLabel = "N",
      defaultValue = "32",
      description = "Tokens of an answer, 2 or more. Default: ${DEFAULT-VALUE}.")
  void outputTokens(int tokens) {
    if (tokens < 2) {
      throw new ParameterException(spec.commandLine(), "--output-len must be 2 or more");
    }
    outputTokens = tokens;
  }

  /** Of the pictures. */
  public Size pictureSize() {
    return pictureSize;
  }

  /** Of an answer, at least two. */
  public int outputTokens() {
    return outputTokens;
  }
}
