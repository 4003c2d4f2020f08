package dev.argus.checkpoint.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.base.failure.ModelFault;
import dev.argus.base.file.WholeFolder;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.architecture.Idefics3;
import dev.argus.checkpoint.config.ModelConfig;
import dev.argus.checkpoint.graph.ModelTensors;
import dev.argus.checkpoint.graph.OnnxGraph;
import dev.argus.checkpoint.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Writes a checkpoint as others serve it: float32 graphs of ONNX's operators alone, as PyTorch's
 * exporter would write them, in the layout that the Hugging Face Hub uses for transformers.js.
 *
 * <p>Such a graph runs everywhere and is slower than Argus's own, which makes it what those are
 * measured against.
 */
public final class HubExport {
  private static final String CONFIG = "config.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Endings of the small files that belong to a checkpoint. */
  private static final List<String> SETTINGS = List.of(".json", ".jinja", ".txt");

  private HubExport() {}

  /**
   * Writes {@code onnx/vision_encoder.onnx}, {@code onnx/embed_tokens.onnx} and {@code
   * onnx/decoder_model_merged.onnx}, each with its weights in a file beside it, and copies the
   * settings. The weights pass through the heap piece by piece.
   *
   * @param directory where; must not exist, and does not unless all was written
   * @throws ModelFault if exports of the checkpoint's architecture cannot be written, its weights
   *     do not fit its settings, the directory exists, or writing fails
   */
  public static void write(Checkpoint checkpoint, Path directory, ExportProgress progress) {
    if (!(checkpoint.architecture() instanceof Idefics3)) {
      throw new ModelFault(
          "exports are written of idefics3 checkpoints; this one is "
              + checkpoint.architecture().modelTypes().getFirst(),
          null);
    }
    if (Files.exists(directory)) {
      throw new ModelFault(directory + " exists; an export is a directory of its own", null);
    }
    Path target = directory.toAbsolutePath();
    Path partial = target.resolveSibling(target.getFileName() + "." + UUID.randomUUID());
    try {
      try {
        copySettings(checkpoint.directory(), Files.createDirectories(partial));
        writeGraphs(checkpoint, Files.createDirectory(partial.resolve("onnx")), progress);
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        WholeFolder.delete(partial);
      }
    } catch (IOException e) {
      throw new ModelFault("cannot write an export to %s: %s".formatted(directory, e), e);
    }
  }

  private static void copySettings(Path from, Path to) throws IOException {
    for (Path file : entries(from)) {
      String name = file.getFileName().toString();
      boolean copied = SETTINGS.stream().anyMatch(name::endsWith) && !name.contains(".safetensors");
      if (copied && !name.equals(CONFIG)) {
        Files.copy(file, to.resolve(name));
      }
    }
    ObjectNode config = (ObjectNode) JSON.readTree(from.resolve(CONFIG).toFile());
    config.withObject("transformers.js_config").put("use_external_data_format", true);
    JSON.writerWithDefaultPrettyPrinter().writeValue(to.resolve(CONFIG).toFile(), config);
  }

  private static void writeGraphs(Checkpoint checkpoint, Path folder, ExportProgress progress)
      throws IOException {
    ModelConfig config = checkpoint.config();
    try (Weights weights = Weights.open(checkpoint.directory())) {
      ModelTensors text = new ModelTensors(weights, "model.text_model.");
      ModelTensors root = new ModelTensors(weights, "");
      for (OnnxGraph graph :
          List.of(
              VisionExport.of(config, weights),
              EmbeddingExport.of(config.text(), text),
              DecoderExport.of(config.text(), text, root))) {
        write(graph, folder, progress);
      }
    }
  }

  private static void write(OnnxGraph graph, Path folder, ExportProgress progress)
      throws IOException {
    String file = graph.name() + ".onnx";
    long total = graph.dataBytes();
    graph.write(
        folder.resolve(file), file + "_data", written -> progress.advanced(file, written, total));
  }

  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }
}
