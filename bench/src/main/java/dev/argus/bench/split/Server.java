package dev.argus.bench.split;

import dev.argus.base.resource.OpenResources;
import dev.argus.bench.measure.StageProcess;
import dev.argus.bench.serve.endpoint.GrpcEndpoint;
import dev.argus.bench.serve.endpoint.Question;
import dev.argus.bench.serve.load.Load;
import dev.argus.bench.serve.load.Pace;
import dev.argus.bench.serve.load.Run;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.service.channel.ChannelLimits;
import dev.argus.service.channel.Channels;
import dev.argus.service.telemetry.Telemetry;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A gateway in a process of its own, and the way to it over a socket. One thread. */
final class Server implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final OpenResources resources = new OpenResources();
  private final String address;
  private final Load load;

  private Server(StageProcess gateway, String model) {
    resources.add(gateway);
    this.address = gateway.address();
    this.load = load(address, model, resources);
  }

  /** Starts all stages in one process. */
  static Server inOneProcess(Path checkpoint, Precision precision) throws IOException {
    return new Server(
        StageProcess.serveAll("--model=" + checkpoint, "--precision=" + precision.label()),
        checkpoint.getFileName().toString());
  }

  /** Starts a gateway before stages elsewhere, each at {@code host:port}. */
  static Server before(String model, String preprocess, String encoder, String decoder)
      throws IOException {
    StageProcess gateway =
        StageProcess.serve(
            "gateway",
            "--http-port=0",
            "--model=" + model,
            "--preprocess=" + preprocess,
            "--encoder=" + encoder,
            "--decoder=" + decoder);
    return new Server(gateway, model);
  }

  /** Opens another way to a gateway, which is closed with the resources. */
  static Load load(String address, String model, OpenResources resources) {
    ManagedChannel channel = Channels.open(address, Telemetry.off(), ChannelLimits.defaults());
    resources.add(channel::shutdownNow);
    return new Load(new GrpcEndpoint(channel, model, TIMEOUT, () -> {}));
  }

  /** Where the gateway is reached, {@code host:port}. */
  String address() {
    return address;
  }

  /**
   * Asks.
   *
   * @param clients questions at once
   * @throws IOException if one is not answered
   */
  Run ask(List<Question> questions, int clients) throws IOException, InterruptedException {
    Run run = load.run(new Pace.Closed(clients), questions, 0, () -> {});
    run.requireAnswers();
    return run;
  }

  @Override
  public void close() {
    resources.close();
  }
}
