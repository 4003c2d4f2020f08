package dev.argus.cli;

import dev.argus.checkpoint.graph.Precision;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who answers: stages in this process, or a server. */
final class GatewayOptions {
  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "The model: a checkpoint's directory, or its name as argus models lists it; with --server, a name"
              + " that the server lists. Default: argus-tiny, or the server's first.")
  private @Nullable String model;

  @Option(
      names = "--server",
      paramLabel = "HOST:PORT",
      description = "Ask a running server. Default: run all stages in this process.")
  private @Nullable String server;

  @Option(
      names = "--precision",
      paramLabel = "P",
      description =
          "What the model computes in, in this process: fp32, int8, w8a8 or int4. Default: what argus tune"
              + " found to be best here, or else fp32.")
  private @Nullable Precision precision;

  /** Opens the way to the model. */
  Connection connect(Installation installation) {
    if (server != null) {
      if (precision != null) {
        throw new Failure("--precision is the server's to choose; leave it out with --server");
      }
      return Connection.toServer(server, model == null ? "" : model);
    }
    return Connection.toCheckpoint(
        model == null ? installation.defaultModel() : installation.checkpoint(model),
        Optional.ofNullable(precision));
  }
}
