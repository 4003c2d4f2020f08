package dev.argus.gateway.grpc.routing;

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
 * @param nanoClock monotonic time in nanoseconds
 */
public record Routing(
    String stage, RoutingSettings settings, RoutingMetrics metrics, LongSupplier nanoClock) {

  static final Args.Key<Routing> KEY = Args.Key.create("dev.argus.routing");

  /**
   * What a channel asks of gRPC: this package's balancer, and that a replica is asked for its
   * health, so that one that drains says so before it is gone. A server without the health service
   * counts as healthy.
   */
  private static final Map<String, ?> CHECKED =
      Map.of(
          "loadBalancingConfig",
          List.of(Map.of(AffinityLoadBalancerProvider.POLICY, Map.of())),
          "healthCheckConfig",
          Map.of("serviceName", ""));

  private static final Map<String, ?> UNCHECKED =
      Map.of("loadBalancingConfig", List.of(Map.of(AffinityLoadBalancerProvider.POLICY, Map.of())));

  /** Makes a channel share its calls so. */
  public <B extends ManagedChannelBuilder<?>> B configure(B channel) {
    return configure(channel, CHECKED);
  }

  /** The same where the only replica is in this process, and as healthy as this. */
  public <B extends ManagedChannelBuilder<?>> B configureInProcess(B channel) {
    return configure(channel, UNCHECKED);
  }

  private <B extends ManagedChannelBuilder<?>> B configure(B channel, Map<String, ?> config) {
    channel.defaultServiceConfig(config);
    channel.disableServiceConfigLookUp();
    channel.setNameResolverArg(KEY, this);
    return channel;
  }
}
