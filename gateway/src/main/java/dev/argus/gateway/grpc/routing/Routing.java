package dev.argus.gateway.grpc.routing;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.NameResolver.Args;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What the balancer of one stage's channel works with. It travels with the channel's arguments, as
 * gRPC makes balancers itself. Immutable.
 *
 * @param stage the stage's name, for log lines
 * @param lightLoad calls below which one of its replicas is never too busy
 * @param nanoClock monotonic time in nanoseconds
 */
public record Routing(
    String stage,
    int lightLoad,
    RoutingSettings settings,
    RoutingMetrics metrics,
    LongSupplier nanoClock) {

  static final Args.Key<Routing> KEY = Args.Key.create("dev.argus.routing");

  /**
   * Asks a replica for its health, so that one that drains says so before it is gone. A server
   * without the health service counts as healthy.
   */
  private static final Map<String, ?> HEALTH_CHECK = Map.of("serviceName", "");

  /** Builds a channel that shares its calls so. */
  public ManagedChannel build(ManagedChannelBuilder<?> channel) {
    return build(
        channel, Map.of("loadBalancingConfig", balancer(), "healthCheckConfig", HEALTH_CHECK));
  }

  /** The same where the only replica is in this process, and as healthy as this. */
  public ManagedChannel buildInProcess(ManagedChannelBuilder<?> channel) {
    return build(channel, Map.of("loadBalancingConfig", balancer()));
  }

  private List<?> balancer() {
    return List.of(Map.of(settings.policy().balancer(), Map.of()));
  }

  private ManagedChannel build(ManagedChannelBuilder<?> channel, Map<String, ?> config) {
    var reconnection = new Reconnection();
    ManagedChannel built =
        channel
            .defaultServiceConfig(config)
            .disableServiceConfigLookUp()
            .setNameResolverArg(KEY, this)
            .setNameResolverArg(Reconnection.KEY, reconnection)
            .build();
    reconnection.of(built);
    return built;
  }
}
