package dev.argus.bench.graphs;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.export.HubGraphs;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.GraphFinish;
import dev.argus.checkpoint.graph.GraphPart;
import dev.argus.checkpoint.graph.Graphs;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.decoder.core.LanguageModel;
import dev.argus.decoder.engine.ExportedLanguageModel;
import dev.argus.decoder.engine.OnnxLanguageModel;
import dev.argus.encoder.core.VisionTower;
import dev.argus.encoder.engine.OnnxVisionTower;
import dev.argus.runtime.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** One way to run a checkpoint: through the classes that serve it. */
sealed interface Contender {

  /** Its name in tables. */
  String label();

  /** Opens the vision tower; closed by the caller. */
  VisionTower openTower(Checkpoint checkpoint, Device device);

  /** Opens the language model; closed by the caller. */
  LanguageModel openModel(Checkpoint checkpoint, Device device, int slots, int capacity);

  /** The files that a part is in, once it was opened. */
  List<Path> files(Checkpoint checkpoint, GraphPart part, Device device);

  /** Bytes of a part's files. */
  default long bytes(Checkpoint checkpoint, GraphPart part, Device device) {
    return files(checkpoint, part, device).stream().mapToLong(file -> file.toFile().length()).sum();
  }

  /** What was written as PyTorch's exporter would write it. */
  record Naive(HubGraphs graphs) implements Contender {
    @Override
    public String label() {
      return "naive fp32";
    }

    @Override
    public VisionTower openTower(Checkpoint checkpoint, Device device) {
      Path graph = graphs.visionEncoder(Precision.FP32);
      return OnnxVisionTower.openExport(checkpoint.config(), graph, device, 1);
    }

    @Override
    public LanguageModel openModel(Checkpoint checkpoint, Device device, int slots, int capacity) {
      return ExportedLanguageModel.open(
          checkpoint.config().text(), graphs, Precision.FP32, device, slots, capacity);
    }

    @Override
    public List<Path> files(Checkpoint checkpoint, GraphPart part, Device device) {
      List<Path> graphFiles =
          switch (part) {
            case VISION -> List.of(graphs.visionEncoder(Precision.FP32));
            case DECODER ->
                List.of(graphs.embedTokens(Precision.FP32), graphs.decoder(Precision.FP32));
          };
      return graphFiles.stream()
          .flatMap(file -> Stream.of(file, file.resolveSibling(file.getFileName() + "_data")))
          .toList();
    }
  }

  /** What Argus built. */
  record Built(Precision precision) implements Contender {
    @Override
    public String label() {
      return precision.label();
    }

    /** The path of its graph of a part, which is built if it is not there. */
    Path prepare(Checkpoint checkpoint, GraphPart part, Device device, BuildProgress progress) {
      GraphFinish finish = new GraphFinish(device.finishKey(), device::finish);
      return Graphs.prepare(checkpoint, part, precision, finish, progress);
    }

    @Override
    public VisionTower openTower(Checkpoint checkpoint, Device device) {
      return OnnxVisionTower.open(checkpoint, precision, device, 1, BuildProgress.SILENT);
    }

    @Override
    public LanguageModel openModel(Checkpoint checkpoint, Device device, int slots, int capacity) {
      return OnnxLanguageModel.open(
          checkpoint, precision, device, slots, capacity, BuildProgress.SILENT);
    }

    @Override
    public List<Path> files(Checkpoint checkpoint, GraphPart part, Device device) {
      Path graph = prepare(checkpoint, part, device, BuildProgress.SILENT);
      try (Stream<Path> files = Files.list(graph.resolveSibling(""))) {
        return files.toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
