package dev.argus.gateway.grpc.routing;

import dev.argus.gateway.grpc.routing.ReplicaChoice.Choice;
import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.PickSubchannelArgs;
import io.grpc.LoadBalancer.SubchannelPicker;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** Picks among the replicas that were connected when it was made. Thread-safe. */
final class AffinityPicker extends SubchannelPicker {
  private final List<Replica> replicas;
  private final List<SubchannelPicker> connections;
  private final ReplicaChoice choice;
  private final LongSupplier nanoClock;

  /**
   * @param connections of the replicas, in their order
   */
  AffinityPicker(
      List<Replica> replicas,
      List<SubchannelPicker> connections,
      ReplicaChoice choice,
      LongSupplier nanoClock) {
    this.replicas = replicas;
    this.connections = connections;
    this.choice = choice;
    this.nanoClock = nanoClock;
  }

  @Override
  public PickResult pickSubchannel(PickSubchannelArgs args) {
    Long key = args.getCallOptions().getOption(RoutingKey.OPTION);
    Choice chosen =
        choice.choose(
            replicas,
            key == null ? OptionalLong.empty() : OptionalLong.of(key),
            nanoClock.getAsLong());
    PickResult connection = connections.get(chosen.index()).pickSubchannel(args);
    return connection.getSubchannel() == null
        ? connection
        : connection.copyWithStreamTracerFactory(
            replicas.get(chosen.index()).follow(chosen.reason()));
  }
}
