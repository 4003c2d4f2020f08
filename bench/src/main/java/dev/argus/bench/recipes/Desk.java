package dev.argus.bench.recipes;

import dev.argus.base.resource.OpenResources;
import dev.argus.cli.client.Answerer;
import dev.argus.gateway.GatewaySettings;
import dev.argus.gateway.GatewayStage;
import dev.argus.service.channel.ChannelLimits;
import dev.argus.service.channel.Channels;
import dev.argus.service.server.InProcessServer;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.v1.Completion;
import dev.argus.v1.GenerateRequest;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A gateway, where questions are asked one at a time. */
final class Desk implements AutoCloseable {
  private static final double NANOS_PER_MILLI = 1e6;

  private final Models models;
  private final Answerer answerer;
  private final OpenResources resources;

  private Desk(Models models, Answerer answerer, OpenResources resources) {
    this.models = models;
    this.answerer = answerer;
    this.resources = resources;
  }

  /**
   * Opens it.
   *
   * @param models behind the gateway; stay the caller's to close, after this
   */
  static Desk open(GatewaySettings settings, Models models) {
    OpenResources resources = new OpenResources();
    try {
      GatewayStage stage = resources.add(GatewayStage.open(settings, Telemetry.off()));
      InProcessServer server =
          resources.add(
              InProcessServer.start("gateway-" + UUID.randomUUID(), stage, Telemetry.off()));
      ManagedChannel channel =
          Channels.open(server.target(), Telemetry.off(), ChannelLimits.defaults());
      resources.add(channel::shutdownNow);
      return new Desk(models, new Answerer(channel), resources);
    } catch (RuntimeException e) {
      resources.close();
      throw e;
    }
  }

  Sample ask(GenerateRequest request) {
    List<Integer> tokens = new ArrayList<>();
    models.takeTensorNanos();
    Completion completion =
        answerer.answer(request, event -> tokens.addAll(event.getToken().getIdsList()));
    return Sample.of(completion, models.takeTensorNanos() / NANOS_PER_MILLI, tokens);
  }

  @Override
  public void close() {
    resources.close();
  }
}
