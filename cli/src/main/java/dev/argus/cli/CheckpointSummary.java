package dev.argus.cli;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.export.HubGraphs;
import dev.argus.checkpoint.graph.GraphFinish;
import dev.argus.checkpoint.graph.GraphPart;
import dev.argus.checkpoint.graph.Graphs;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.checkpoint.weights.Weights;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What is worth knowing about a checkpoint before it is asked.
 *
 * @param name the name of its directory
 * @param architecture the family it belongs to
 * @param parameters how many numbers its weights are; empty for an export, whose graphs hold them
 * @param bytes what the weights take on disk
 * @param graphs where the graphs come from that it is served with
 */
record CheckpointSummary(
    String name, String architecture, OptionalLong parameters, long bytes, String graphs) {

  /**
   * Reads a checkpoint.
   *
   * @param finish how graphs are finished here
   * @throws dev.argus.base.failure.ModelFault if the directory is not one
   */
  static CheckpointSummary of(Path directory, GraphFinish finish) {
    return of(Checkpoint.open(directory), finish);
  }

  /** Tells of a checkpoint; as above. */
  static CheckpointSummary of(Checkpoint checkpoint, GraphFinish finish) {
    return HubGraphs.of(checkpoint)
        .map(export -> of(checkpoint, export))
        .orElseGet(() -> ofWeights(checkpoint, finish));
  }

  private static CheckpointSummary of(Checkpoint checkpoint, HubGraphs export) {
    return new CheckpointSummary(
        checkpoint.directory().getFileName().toString(),
        checkpoint.architecture().modelTypes().getFirst(),
        OptionalLong.empty(),
        export.bytes(),
        "an export's");
  }

  private static CheckpointSummary ofWeights(Checkpoint checkpoint, GraphFinish finish) {
    Weights weights = checkpoint.weights();
    long parameters = 0;
    long bytes = 0;
    for (String tensor : weights.names()) {
      parameters += weights.info(tensor).elements();
      bytes += weights.info(tensor).bytes();
    }
    return new CheckpointSummary(
        checkpoint.directory().getFileName().toString(),
        checkpoint.architecture().modelTypes().getFirst(),
        OptionalLong.of(parameters),
        bytes,
        graphsAreBuilt(checkpoint, finish) ? "built" : "built at the first start");
  }

  private static boolean graphsAreBuilt(Checkpoint checkpoint, GraphFinish finish) {
    return Stream.of(GraphPart.values())
        .allMatch(part -> Graphs.find(checkpoint, part, Precision.FP32, finish).isPresent());
  }
}
