package dev.argus.cli.allinone;

import dev.argus.base.resource.OpenResources;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.gateway.GatewaySettings;
import dev.argus.gateway.GatewayStage;
import dev.argus.service.channel.ChannelLimits;
import dev.argus.service.channel.Channels;
import dev.argus.service.server.InProcessServer;
import dev.argus.service.telemetry.Telemetry;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.util.UUID;

/**
 * All four stages in this process, and a channel to the gateway. A request takes the way that it
 * takes between processes, streams and flow control included. Thread-safe.
 */
public final class AllInOne implements AutoCloseable {
  private final OpenResources resources;
  private final ManagedChannel gateway;

  private AllInOne(
      AllInOneSettings settings,
      Telemetry telemetry,
      BuildProgress progress,
      OpenResources resources) {
    this.resources = resources;
    InnerStages stages = resources.add(InnerStages.begin(settings, telemetry, progress));
    stages.await();
    GatewaySettings defaults =
        GatewaySettings.defaults(
            settings.models(), stages.preprocess(), stages.encoder(), stages.decoder());
    GatewayStage stage =
        resources.add(GatewayStage.open(settings.gateway().apply(defaults), telemetry));
    InProcessServer server =
        resources.add(InProcessServer.start("gateway-" + UUID.randomUUID(), stage, telemetry));
    this.gateway = Channels.open(server.target(), telemetry, ChannelLimits.defaults());
    resources.add(gateway::shutdownNow);
  }

  /**
   * Starts the stages.
   *
   * @param telemetry used by all of them; stays the caller's to close, after this
   * @param progress hears of graphs being built
   * @throws dev.argus.base.failure.ModelFault when a checkpoint is broken
   */
  public static AllInOne start(
      AllInOneSettings settings, Telemetry telemetry, BuildProgress progress) {
    OpenResources resources = new OpenResources();
    try {
      return new AllInOne(settings, telemetry, progress, resources);
    } catch (RuntimeException e) {
      resources.close();
      throw e;
    }
  }

  /** The way to the public API. */
  public Channel gateway() {
    return gateway;
  }

  /** Breaks off the calls that are still open, and stops the stages. */
  @Override
  public void close() {
    resources.close();
  }
}
