package dev.argus.gateway.grpc.routing;

/** How a replica is chosen for a call. */
public enum RoutingPolicy {
  /** By what the call is about: {@link ReplicaChoice}. */
  AFFINITY(AffinityLoadBalancerProvider.POLICY),

  /** One after another, as gRPC does by itself: to measure what affinity is worth. */
  ROUND_ROBIN("round_robin");

  private final String balancer;

  RoutingPolicy(String balancer) {
    this.balancer = balancer;
  }

  /** What gRPC calls it. */
  String balancer() {
    return balancer;
  }
}
