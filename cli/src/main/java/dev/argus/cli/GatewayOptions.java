package dev.argus.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who answers: stages in this process, or a server. */
final class GatewayOptions {
  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "The model: a checkpoint's directory, or its name below models/; with --server, a name"
              + " that the server lists. Default: argus-tiny, or the server's first.")
  private @Nullable String model;

  @Option(
      names = "--server",
      paramLabel = "HOST:PORT",
      description = "Ask a running server. Default: run all stages in this process.")
  private @Nullable String server;

  /** Opens the way to the model. */
  Connection connect(Installation installation) {
    if (server != null) {
      return Connection.toServer(server, model == null ? "" : model);
    }
    return Connection.toCheckpoint(
        model == null ? installation.defaultModel() : installation.checkpoint(model));
  }
}
