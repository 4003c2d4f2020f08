package dev.argus.gateway;

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
  private final GenerationEndpoint endpoint;
  private final Tenants tenants;

  private GatewayStage(StageChannels channels, GenerationEndpoint endpoint, Tenants tenants) {
    this.channels = channels;
    this.endpoint = endpoint;
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
            settings.channels());
    var limits =
        new RequestLimits(
            settings.admission(),
            settings.timeout(),
            settings.maxTimeout(),
            settings.overlap(),
            settings.streams());
    var tenants = new Tenants(settings.tenant());
    var endpoint = new GenerationEndpoint(settings.models(), tenants, limits, channels, telemetry);
    return new GatewayStage(channels, endpoint, tenants);
  }

  @Override
  public List<BindableService> services() {
    return List.of(() -> ServerInterceptors.intercept(endpoint, tenants));
  }

  @Override
  public void close() {
    endpoint.close();
    channels.close();
  }
}
