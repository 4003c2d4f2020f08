package dev.argus.bench.fleet;

import dev.argus.base.resource.OpenResources;
import dev.argus.bench.measure.StageProcess;
import dev.argus.bench.serve.endpoint.Endpoint;
import dev.argus.bench.serve.endpoint.GrpcEndpoint;
import dev.argus.gateway.grpc.routing.RoutingPolicy;
import dev.argus.service.channel.ChannelLimits;
import dev.argus.service.channel.Channels;
import dev.argus.service.telemetry.Telemetry;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A gateway as it is shipped, before encoders whose device is simulated, a process each. */
final class Fleet implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final OpenResources resources;
  private final TileCount tiles = new TileCount();
  private final Endpoint endpoint;

  private Fleet(Path checkpoint, OtherStages others, Setup setup, OpenResources resources)
      throws IOException {
    this.resources = resources;
    String name = checkpoint.getFileName().toString();
    List<String> encoders = new ArrayList<>();
    for (int i = 0; i < setup.encoders(); i++) {
      encoders.add(resources.add(encoder(checkpoint, setup)).address());
    }
    StageProcess gateway = resources.add(gateway(name, others, encoders, setup.policy()));
    ManagedChannel channel =
        Channels.open(gateway.address(), Telemetry.off(), ChannelLimits.defaults());
    resources.add(channel::shutdownNow);
    this.endpoint =
        new GrpcEndpoint(ClientInterceptors.intercept(channel, tiles), name, TIMEOUT, () -> {});
  }

  /**
   * How it is set up.
   *
   * @param encoders replicas
   * @param policy how the gateway chooses among them
   * @param tileMillis how long a tile takes a simulated device
   * @param cacheBytes of features that each encoder keeps; 0: none
   */
  record Setup(int encoders, RoutingPolicy policy, int tileMillis, long cacheBytes) {}

  /** Starts it; returns when all of it is ready. */
  static Fleet start(Path checkpoint, OtherStages others, Setup setup) throws IOException {
    OpenResources resources = new OpenResources();
    try {
      return new Fleet(checkpoint, others, setup, resources);
    } catch (IOException | RuntimeException e) {
      resources.close();
      throw e;
    }
  }

  private static StageProcess encoder(Path checkpoint, Setup setup) throws IOException {
    return StageProcess.start(
        SimulatedEncoder.class.getName(),
        List.of(
            checkpoint.toString(),
            Integer.toString(setup.tileMillis()),
            Long.toString(setup.cacheBytes())));
  }

  private static StageProcess gateway(
      String model, OtherStages others, List<String> encoders, RoutingPolicy policy)
      throws IOException {
    String key = policy.name().toLowerCase(Locale.ROOT).replace('_', '-');
    return StageProcess.serve(
        "gateway",
        "--http-port=0",
        "--model=" + model,
        "--preprocess=" + others.preprocess().address(),
        "--encoder=static:///" + String.join(",", encoders),
        "--decoder=" + others.decoder().address(),
        "--set=argus.gateway.routing.policy=" + key);
  }

  /** The way to the gateway. */
  Endpoint endpoint() {
    return endpoint;
  }

  /** The tiles of all answers, as the answers tell. */
  TileCount tiles() {
    return tiles;
  }

  @Override
  public void close() {
    resources.close();
  }
}
