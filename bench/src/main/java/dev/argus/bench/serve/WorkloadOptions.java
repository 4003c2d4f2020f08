package dev.argus.bench.serve;

import dev.argus.bench.option.SizeConverter;
import dev.argus.checkpoint.tiling.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is asked. */
final class WorkloadOptions {
  @Option(
      names = "--pictures",
      paramLabel = "PATH",
      description = "Ask about the pictures of this folder, or this picture, in turn.")
  private @Nullable Path pictures;

  @Option(
      names = "--random-pictures",
      paramLabel = "N",
      description =
          "Ask about N drawn pictures in turn; 0 for questions without a picture. Default: as many as"
              + " there are requests, so that no server has seen one before.")
  private @Nullable Integer randomPictures;

  @Option(
      names = "--picture-size",
      paramLabel = "WxH",
      converter = SizeConverter.class,
      description = "Of drawn pictures, which are JPEGs. Default: 1600x1200.")
  private Size pictureSize = new Size(1600, 1200);

  @Option(
      names = "--same-picture",
      description = "Ask about the first picture only, so that servers' caches are warm.")
  private boolean samePicture;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description =
          "What is asked; may be repeated, for questions in turn. Default: Describe this image.")
  private List<String> prompts = List.of();

  @Option(
      names = "--prompts",
      paramLabel = "FILE",
      description = "Questions in turn: a line for each.")
  private @Nullable Path promptFile;

  @Option(
      names = "--output-len",
      paramLabel = "N",
      description = "Tokens of an answer. Default: ${DEFAULT-VALUE}.")
  private int outputTokens = 32;

  @Option(
      names = "--no-ignore-eos",
      description =
          "Let models end their answers earlier, and do not send ignore_eos, which OpenAI's own servers"
              + " refuse.")
  private boolean endsEarly;

  /**
   * Checks what can be checked without reading a file.
   *
   * @throws IllegalArgumentException if options contradict each other
   */
  void check() {
    if (pictures != null && randomPictures != null) {
      throw new IllegalArgumentException("--pictures and --random-pictures: one of both");
    }
    if (randomPictures != null && randomPictures < 0) {
      throw new IllegalArgumentException("--random-pictures must be 0 or more");
    }
    if (samePicture && randomPictures != null && randomPictures == 0) {
      throw new IllegalArgumentException("--same-picture needs a picture");
    }
    if (!prompts.isEmpty() && promptFile != null) {
      throw new IllegalArgumentException("--prompt and --prompts: one of both");
    }
    if (outputTokens < 1) {
      throw new IllegalArgumentException("--output-len must be 1 or more");
    }
  }

  /**
   * Reads or draws what is asked.
   *
   * @param requests how many there will be
   * @throws IOException if a file cannot be read, or holds nothing to ask
   */
  Workload workload(int requests, long seed) throws IOException {
    return new Workload(pictures(requests, seed), texts(), outputTokens, !endsEarly);
  }

  private PictureSet pictures(int requests, long seed) throws IOException {
    if (pictures != null) {
      PictureSet all = PictureSet.of(pictures);
      return samePicture ? all.first() : all;
    }
    int number = randomPictures == null ? requests : randomPictures;
    return PictureSet.draw(samePicture ? 1 : Math.min(number, requests), pictureSize, seed);
  }

  private List<String> texts() throws IOException {
    if (promptFile == null) {
      return prompts.isEmpty() ? List.of("Describe this image.") : prompts;
    }
    List<String> lines =
        Files.readAllLines(promptFile).stream().filter(line -> !line.isBlank()).toList();
    if (lines.isEmpty()) {
      throw new IOException("%s holds no question".formatted(promptFile));
    }
    return lines;
  }
}
