package dev.argus.gateway;

import dev.argus.gateway.grpc.Generation;
import dev.argus.gateway.grpc.GenerationEndpoint;
import dev.argus.gateway.grpc.RequestLimits;
import dev.argus.gateway.grpc.StageChannels;
import dev.argus.gateway.grpc.Tenants;
import dev.argus.service.StageService;
import dev.argus.service.telemetry.Telemetry;
import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import java.util.List;

/** The gateway, assembled: the public API in front of three connected stages. */
public final class GatewayStage implements StageService {
  private final StageChannels channels;
  private final Generation generation;
  private final Tenants tenants;

  private GatewayStage(StageChannels channels, Generation generation, Tenants tenants) {
    this.channels = channels;
    this.generation = generation;
    this.tenants = tenants;
  }

  /** Opens the connections; a stage that is not there yet fails requests, not this. */
  public static GatewayStage open(GatewaySettings settings, Telemetry telemetry) {
    StageChannels channels =
        StageChannels.open(
            settings.preprocess(),
            settings.encoder(),
            settings.decoder(),
            telemetry,
            settings.channels(),
            settings.routing());
    var limits =
        new RequestLimits(
            settings.admission(),
            settings.timeout(),
            settings.maxTimeout(),
            settings.overlap(),
            settings.streams());
    var generation = new Generation(settings.models(), limits, channels, telemetry);
    return new GatewayStage(channels, generation, new Tenants(settings.tenant()));
  }

  /** What answers, for other protocols than gRPC. Closed with this. */
  public Generation generation() {
    return generation;
  }

  /** Whose requests are. */
  public Tenants tenants() {
    return tenants;
  }

  @Override
  public List<BindableService> services() {
    var endpoint = new GenerationEndpoint(generation, tenants);
    return List.of(() -> ServerInterceptors.intercept(endpoint, tenants));
  }

  @Override
  public void close() {
    generation.close();
    channels.close();
  }
}
