package dev.argus.gateway.grpc.routing;

import io.grpc.LoadBalancer;
import io.grpc.LoadBalancer.Helper;
import io.grpc.LoadBalancerProvider;
import io.grpc.NameResolver.Args;
import io.grpc.NameResolver.ConfigOrError;
import io.grpc.protobuf.services.HealthCheckingLoadBalancerUtil;
import java.util.Map;
import java.util.Objects;

/** Makes the balancers of channels that {@link Routing} configured; gRPC finds it by its name. */
public final class AffinityLoadBalancerProvider extends LoadBalancerProvider {
  static final String POLICY = "argus_affinity";

  @Override
  public boolean isAvailable() {
    return true;
  }

  @Override
  public int getPriority() {
    return 5;
  }

  @Override
  public String getPolicyName() {
    return POLICY;
  }

  @Override
  public ConfigOrError parseLoadBalancingPolicyConfig(Map<String, ?> config) {
    return ConfigOrError.fromConfig("no config");
  }

  @Override
  public LoadBalancer newLoadBalancer(Helper helper) {
    Routing routing = argument(helper, Routing.KEY);
    Reconnection reconnection = argument(helper, Reconnection.KEY);
    return HealthCheckingLoadBalancerUtil.newHealthCheckingLoadBalancer(
        new LoadBalancer.Factory() {
          @Override
          public LoadBalancer newLoadBalancer(Helper checking) {
            return new AffinityLoadBalancer(checking, routing, reconnection);
          }
        },
        helper);
  }

  private static <T> T argument(Helper helper, Args.Key<T> key) {
    return Objects.requireNonNull(
        helper.getNameResolverArgs().getArg(key),
        "A channel with this balancer is made by Routing.build");
  }
}
