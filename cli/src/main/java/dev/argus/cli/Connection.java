package dev.argus.cli;

import dev.argus.checkpoint.graph.Precision;
import dev.argus.cli.allinone.AllInOne;
import dev.argus.cli.allinone.AllInOneSettings;
import dev.argus.cli.client.Answerer;
import dev.argus.service.channel.ChannelLimits;
import dev.argus.service.channel.Channels;
import dev.argus.service.telemetry.Telemetry;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** An open way to a model. Closing it ends what it opened. */
final class Connection implements AutoCloseable {
  private final Answerer answerer;
  private final String model;
  private final Runnable end;

  private Connection(Answerer answerer, String model, Runnable end) {
    this.answerer = answerer;
    this.model = model;
    this.end = end;
  }

  /**
   * Connects to a server.
   *
   * @param address {@code HOST:PORT}
   * @param model the model's name there; empty for the server's first
   */
  static Connection toServer(String address, String model) {
    Telemetry telemetry = Telemetry.fromEnvironment("argus-cli");
    ManagedChannel channel = Channels.open(address, telemetry, ChannelLimits.defaults());
    return new Connection(
        new Answerer(channel),
        model,
        () -> {
          channel.shutdownNow();
          telemetry.close();
        });
  }

  /**
   * Starts all stages in this process, for one checkpoint and one question at a time.
   *
   * @param precision of the model; empty for the stages' default
   */
  static Connection toCheckpoint(Path directory, Optional<Precision> precision) {
    String model = directory.getFileName().toString();
    AllInOneSettings defaults = AllInOneSettings.defaults(Map.of(model, directory));
    AllInOneSettings settings =
        precision
            .map(defaults::withPrecision)
            .orElse(defaults)
            .withDecoder(decoder -> decoder.withSlots(1));
    Telemetry telemetry = Telemetry.fromEnvironment("argus-cli");
    try (StartProgress progress = StartProgress.begin()) {
      AllInOne stages = AllInOne.start(settings, telemetry, progress);
      return new Connection(
          new Answerer(stages.gateway()),
          model,
          () -> {
            stages.close();
            telemetry.close();
          });
    }
  }

  Answerer answerer() {
    return answerer;
  }

  /** The name to put into requests. */
  String model() {
    return model;
  }

  @Override
  public void close() {
    end.run();
  }
}
