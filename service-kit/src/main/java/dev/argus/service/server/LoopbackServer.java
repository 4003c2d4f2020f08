package dev.argus.service.server;

import dev.argus.service.StageService;
import dev.argus.service.channel.ChannelLimits;
import dev.argus.service.telemetry.Telemetry;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A server on a free port that this machine alone reaches, without the configuration of one that is
 * deployed: for experiments with stages that are assembled by hand.
 */
public final class LoopbackServer implements AutoCloseable {
  private final Server server;

  private LoopbackServer(Server server) {
    this.server = server;
  }

  /** Starts to serve a stage. The stage remains the caller's to close, after this server. */
  public static LoopbackServer start(StageService stage, Telemetry telemetry) {
    var builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .maxInboundMessageSize(ChannelLimits.defaults().maxInboundBytes())
            .addService(new HealthStatusManager().getHealthService());
    ServerCalls.prepare(builder, telemetry);
    stage.services().forEach(builder::addService);
    try {
      return new LoopbackServer(builder.build().start());
    } catch (IOException e) {
      throw new UncheckedIOException("No server can be started on this machine", e);
    }
  }

  /** Where it is reached, {@code host:port}. */
  public String address() {
    return InetAddress.getLoopbackAddress().getHostAddress() + ":" + server.getPort();
  }

  /** Stops and cancels the calls that are still open. */
  @Override
  public void close() {
    server.shutdownNow();
  }
}
