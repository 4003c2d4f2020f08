package dev.argus.cli;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.GraphFinish;
import dev.argus.checkpoint.graph.GraphPart;
import dev.argus.checkpoint.graph.Graphs;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.checkpoint.weights.Weights;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What is worth knowing about a checkpoint before it is asked.
 *
 * @param name the name of its directory
 * @param architecture the family it belongs to
 * @param parameters how many numbers its weights are
 * @param bytes what the weights take on disk
 * @param graphsAreBuilt whether it starts without building graphs first
 */
record CheckpointSummary(
    String name, String architecture, long parameters, long bytes, boolean graphsAreBuilt) {

  /**
   * Reads a checkpoint.
   *
   * @param finish how graphs are finished here
   * @throws dev.argus.base.failure.ModelFault if the directory is not one
   */
  static CheckpointSummary of(Path directory, GraphFinish finish) {
    Checkpoint checkpoint = Checkpoint.open(directory);
    Weights weights = checkpoint.weights();
    long parameters = 0;
    long bytes = 0;
    for (String tensor : weights.names()) {
      parameters += weights.info(tensor).elements();
      bytes += weights.info(tensor).bytes();
    }
    return new CheckpointSummary(
        directory.getFileName().toString(),
        checkpoint.architecture().modelType(),
        parameters,
        bytes,
        Stream.of(GraphPart.values())
            .allMatch(part -> Graphs.find(checkpoint, part, Precision.FP32, finish).isPresent()));
  }
}
