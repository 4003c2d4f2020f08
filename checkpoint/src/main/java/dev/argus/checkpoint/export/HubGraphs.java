package dev.argus.checkpoint.export;

import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The ONNX files of a checkpoint in the layout of the Hugging Face Hub: each graph in one or more
 * precisions, which the end of its name tells.
 *
 * @param folder {@code onnx} in the checkpoint's directory
 */
public record HubGraphs(Path folder) {
  private static final String FOLDER = "onnx";

  /**
   * The graphs of a checkpoint that has such files and no weights to build others from; empty for
   * other checkpoints.
   */
  public static Optional<HubGraphs> of(Checkpoint checkpoint) {
    Path folder = checkpoint.directory().resolve(FOLDER);
    boolean served =
        Files.isDirectory(folder)
            && names(checkpoint.directory()).stream()
                .noneMatch(name -> name.endsWith(".safetensors"));
    return served ? Optional.of(new HubGraphs(folder)) : Optional.empty();
  }

  /** What it can be served in: for these it has both a vision encoder and a decoder. */
  public List<Precision> precisions() {
    return Stream.of(Precision.values())
        .filter(precision -> has("vision_encoder", precision))
        .filter(precision -> has("decoder_model_merged", precision))
        .toList();
  }

  /**
   * From pixels to visual tokens.
   *
   * @throws ModelFault if there is none of this precision, naming what there is
   */
  public Path visionEncoder(Precision precision) {
    return find("vision_encoder", suffixes(precision));
  }

  /**
   * From token ids to embeddings; the one at float32 where there is none of this precision.
   *
   * @throws ModelFault if there is neither, naming what there is
   */
  public Path embedTokens(Precision precision) {
    return find(
        "embed_tokens", Stream.concat(suffixes(precision).stream(), Stream.of("")).toList());
  }

  /**
   * From embeddings to logits.
   *
   * @throws ModelFault if there is none of this precision, naming what there is
   */
  public Path decoder(Precision precision) {
    return find("decoder_model_merged", suffixes(precision));
  }

  /** What all of the files take on disk. */
  public long bytes() {
    long bytes = 0;
    for (String name : names(folder)) {
      bytes += folder.resolve(name).toFile().length();
    }
    return bytes;
  }

  /** What transformers.js and optimum append to the names of files, the best first. */
  private static List<String> suffixes(Precision precision) {
    return switch (precision) {
      case FP32 -> List.of("");
      case INT8 -> List.of("_int8", "_quantized", "_uint8");
      case W8A8 -> List.of();
      case INT4 -> List.of("_q4", "_bnb4");
      case FP16 -> List.of("_fp16");
      case BF16 -> List.of("_bf16");
    };
  }

  private boolean has(String graph, Precision precision) {
    return files(graph, suffixes(precision)).findAny().isPresent();
  }

  private Stream<Path> files(String graph, List<String> suffixes) {
    return suffixes.stream()
        .map(suffix -> folder.resolve(graph + suffix + ".onnx"))
        .filter(Files::exists);
  }

  private Path find(String graph, List<String> suffixes) {
    return files(graph, suffixes)
        .findFirst()
        .orElseThrow(() ->
            new ModelFault(
                "no %s in %s; of this graph it holds %s"
                    .formatted(
                        String.join(
                            " or ", suffixes.stream().map(s -> graph + s + ".onnx").toList()),
                        folder,
                        present(graph)),
                null));
  }

  private List<String> present(String graph) {
    return names(folder).stream()
        .filter(name -> name.startsWith(graph) && name.endsWith(".onnx"))
        .sorted()
        .toList();
  }

  private static List<String> names(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new ModelFault("cannot read %s: %s".formatted(folder, e), e);
    }
  }
}
