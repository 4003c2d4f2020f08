package dev.argus.checkpoint.graph;

import dev.argus.base.failure.ModelFault;
import dev.argus.base.file.WholeFolder;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.architecture.Architecture;
import dev.argus.checkpoint.architecture.DecoderNames;
import dev.argus.checkpoint.architecture.VisionLayout;
import dev.argus.checkpoint.config.ModelConfig;
import dev.argus.checkpoint.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * A checkpoint's graphs, built when they are wanted for the first time.
 *
 * <p>They are kept in {@code .argus/graphs/<key>} of the checkpoint's directory, or of {@code
 * ~/.cache/argus/graphs} where that cannot be written to. The key changes with the checkpoint and
 * with what Argus builds from it, so that a stale graph is never used. Thread-safe, and safe for
 * several processes at once.
 */
public final class Graphs {
  /** Two graphs that are built at once take twice the memory. */
  private static final ReentrantLock BUILDING = new ReentrantLock();

  /** Part of the key. Rises whenever the same checkpoint gives another graph than before. */
  private static final int FORMAT = 6;

  private static final int FINGERPRINT_DIGITS = 16;

  private Graphs() {}

  /** The path of a graph of the checkpoint, if it has been built and finished. */
  public static Optional<Path> find(
      Checkpoint checkpoint, GraphPart part, Precision precision, GraphFinish finish) {
    return Stream.of(beside(checkpoint), userCache())
        .flatMap(directory ->
            cache(checkpoint, directory).find(part, precision, Optional.of(finish)).stream())
        .findFirst();
  }

  /**
   * The path of a graph of the checkpoint, finished for this machine; builds it if it is not there,
   * which takes seconds for each gigabyte.
   *
   * @throws ModelFault if the weights do not fit the settings, or the graph cannot be written
   */
  public static Path prepare(
      Checkpoint checkpoint,
      GraphPart part,
      Precision precision,
      GraphFinish finish,
      BuildProgress progress) {
    return find(checkpoint, part, precision, finish)
        .orElseGet(() ->
            build(
                checkpoint,
                part,
                precision,
                cache(checkpoint, writableDirectory(checkpoint)),
                Optional.of(finish),
                progress));
  }

  /**
   * As above, but not finished, and with a directory of the caller's choice for the graphs of all
   * checkpoints.
   */
  public static Path prepare(
      Checkpoint checkpoint,
      GraphPart part,
      Precision precision,
      Path directory,
      BuildProgress progress) {
    GraphCache cache = cache(checkpoint, directory);
    return cache
        .find(part, precision, Optional.empty())
        .orElseGet(() -> build(checkpoint, part, precision, cache, Optional.empty(), progress));
  }

  /**
   * Folders of the checkpoint's graphs that this version does not use on this machine: what was
   * built from other weights in the same directory, by other versions of Argus or of ONNX Runtime,
   * or for other processors.
   *
   * @param finish how graphs are finished here
   */
  public static List<Path> unused(Checkpoint checkpoint, GraphFinish finish) throws IOException {
    List<Path> unused = new ArrayList<>();
    for (Path key : entries(beside(checkpoint))) {
      addUnused(key, cache(checkpoint, beside(checkpoint)), finish, unused);
    }
    for (Path key : entries(userCache())) { // Which is for other checkpoints too.
      if (key.getFileName().toString().startsWith(fingerprint(checkpoint))) {
        addUnused(key, cache(checkpoint, userCache()), finish, unused);
      }
    }
    return unused;
  }

  private static void addUnused(Path key, GraphCache current, GraphFinish finish, List<Path> unused)
      throws IOException {
    if (!key.equals(current.directory())) {
      unused.add(key);
      return;
    }
    for (Path folder : entries(key)) {
      if (!folder.toString().endsWith("-" + finish.key()) && !WholeFolder.isBeingMade(folder)) {
        unused.add(folder);
      }
    }
  }

  private static List<Path> entries(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.filter(Files::isDirectory).sorted().toList();
    }
  }

  private static GraphCache cache(Checkpoint checkpoint, Path directory) {
    return new GraphCache(directory.resolve("%s-v%d".formatted(fingerprint(checkpoint), FORMAT)));
  }

  private static String fingerprint(Checkpoint checkpoint) {
    return checkpoint.fingerprint().substring(0, FINGERPRINT_DIGITS);
  }

  private static Path writableDirectory(Checkpoint checkpoint) {
    Path existing = beside(checkpoint);
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    return Files.isWritable(existing) ? beside(checkpoint) : userCache();
  }

  private static Path beside(Checkpoint checkpoint) {
    return checkpoint.directory().resolve(".argus/graphs");
  }

  private static Path userCache() {
    return Path.of(System.getProperty("user.home"), ".cache", "argus", "graphs");
  }

  private static Path build(
      Checkpoint checkpoint,
      GraphPart part,
      Precision precision,
      GraphCache cache,
      Optional<GraphFinish> finish,
      BuildProgress progress) {
    BUILDING.lock();
    // Not the checkpoint's own mapping, which would outlive the building.
    try (Weights weights = Weights.open(checkpoint.directory())) {
      OnnxGraph graph =
          describe(
              checkpoint.architecture(),
              checkpoint.config(),
              part,
              Recipe.of(part, precision),
              weights);
      return cache.build(part, precision, graph, finish, progress);
    } catch (IOException e) {
      throw new ModelFault(
          "cannot write the %s graph to %s: %s".formatted(part.label(), cache.directory(), e), e);
    } finally {
      BUILDING.unlock();
    }
  }

  private static OnnxGraph describe(
      Architecture architecture,
      ModelConfig config,
      GraphPart part,
      Recipe recipe,
      Weights weights) {
    return switch (part) {
      case VISION -> vision(architecture, config, recipe, weights);
      case DECODER -> decoder(architecture, config, recipe, weights);
    };
  }

  private static OnnxGraph vision(
      Architecture architecture, ModelConfig config, Recipe recipe, Weights weights) {
    VisionWeights vision =
        switch (architecture.visionLayout(weights::contains)) {
          case VisionLayout.SiglipLinear layout -> Siglip.of(config, layout, weights);
          case VisionLayout.InternVitMlp layout -> InternVit.of(config, layout.names(), weights);
        };
    return VisionGraph.of(config, vision, recipe);
  }

  private static OnnxGraph decoder(
      Architecture architecture, ModelConfig config, Recipe recipe, Weights weights) {
    DecoderNames names = architecture.decoderNames(weights::contains);
    return DecoderGraph.of(
        config.text(),
        new ModelTensors(weights, names.model()),
        new ModelTensors(weights, names.head()),
        recipe);
  }
}
