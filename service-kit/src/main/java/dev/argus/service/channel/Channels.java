package dev.argus.service.channel;

import dev.argus.service.telemetry.Telemetry;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.TimeUnit;

/** Opens channels to other stages. */
public final class Channels {
  /** Begins the target of a server in this process. */
  public static final String IN_PROCESS = "in-process:";

  private Channels() {}

  /**
   * Opens a channel; connecting happens with the first call. Whoever opened it shuts it down.
   *
   * <p>What gRPC tells about a call comes on the connection's own thread, which no observer may
   * hold up: {@code ClientStream} and blocking stubs hand it on at once.
   *
   * @param target {@code in-process:NAME}, {@code host:port}, or {@code dns:///host:port}; calls
   *     are spread over all addresses that the name resolves to
   */
  public static ManagedChannel open(String target, Telemetry telemetry, ChannelLimits limits) {
    return builder(target, telemetry, limits).build();
  }

  /**
   * What {@link #open} builds, for a caller who shares calls in another way.
   *
   * @param target as {@link #open} takes it, or a URI of another scheme that gRPC has a resolver
   *     for
   */
  public static ManagedChannelBuilder<?> builder(
      String target, Telemetry telemetry, ChannelLimits limits) {
    ManagedChannelBuilder<?> builder =
        target.startsWith(IN_PROCESS)
            ? InProcessChannelBuilder.forName(target.substring(IN_PROCESS.length()))
                .intercept(telemetry.inProcessInterceptor())
            : network(target, limits).intercept(telemetry.clientInterceptor());
    return builder.directExecutor();
  }

  private static NettyChannelBuilder network(String target, ChannelLimits limits) {
    return NettyChannelBuilder.forTarget(target.contains(":///") ? target : "dns:///" + target)
        .defaultLoadBalancingPolicy("round_robin")
        .proxyDetector(address -> null)
        .usePlaintext()
        .maxInboundMessageSize(limits.maxInboundBytes())
        .keepAliveTime(limits.keepAlive().toNanos(), TimeUnit.NANOSECONDS)
        .keepAliveTimeout(10, TimeUnit.SECONDS);
  }
}
