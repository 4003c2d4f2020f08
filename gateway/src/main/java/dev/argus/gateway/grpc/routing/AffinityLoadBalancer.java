package dev.argus.gateway.grpc.routing;

import static io.grpc.ConnectivityState.CONNECTING;
import static io.grpc.ConnectivityState.IDLE;
import static io.grpc.ConnectivityState.READY;
import static io.grpc.ConnectivityState.TRANSIENT_FAILURE;

import io.grpc.ConnectivityState;
import io.grpc.LoadBalancer.FixedResultPicker;
import io.grpc.LoadBalancer.Helper;
import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.ResolvedAddresses;
import io.grpc.LoadBalancer.SubchannelPicker;
import io.grpc.Status;
import io.grpc.SynchronizationContext.ScheduledHandle;
import io.grpc.util.MultiChildLoadBalancer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Keeps a connection to every replica, as gRPC's round robin does, and shares calls among those
 * that are up as {@link ReplicaChoice} says. A replica that comes gets calls as soon as it is
 * connected; the connections to the others, and the calls on that of one that goes, stay.
 *
 * <p>A lost connection is made again as soon as it can be, so that a replica that is back gets
 * calls. When the last one is lost, calls wait a while for another rather than fail: in a rolling
 * restart the one before it is back, and about to be connected.
 *
 * <p>Owned by the channel's synchronization context.
 */
final class AffinityLoadBalancer extends MultiChildLoadBalancer {
  private static final Logger LOG = LoggerFactory.getLogger(AffinityLoadBalancer.class);

  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Routing routing;
  private final Reconnection reconnection;
  private final ReplicaChoice choice;
  private int known = -1;
  private int ready = -1;
  private @Nullable ScheduledHandle nextAttempt;
  private @Nullable ScheduledHandle patience;

  AffinityLoadBalancer(Helper helper, Routing routing, Reconnection reconnection) {
    super(helper);
    this.routing = routing;
    this.reconnection = reconnection;
    this.choice =
        new ReplicaChoice(
            routing.settings().loadFactor(),
            routing.lightLoad(),
            bound -> ThreadLocalRandom.current().nextInt(bound));
  }

  @Override
  public Status acceptResolvedAddresses(ResolvedAddresses addresses) {
    Status accepted = super.acceptResolvedAddresses(addresses);
    measure();
    return accepted;
  }

  @Override
  public void shutdown() {
    super.shutdown();
    cancel(nextAttempt);
    cancel(patience);
    routing.metrics().endpoints(0, 0);
  }

  @Override
  protected ChildLbState createChildLbState(Object key) {
    return new Connection(key);
  }

  @Override
  protected void updateOverallBalancingState() {
    List<Replica> replicas = new ArrayList<>();
    List<SubchannelPicker> connections = new ArrayList<>();
    for (ChildLbState child : getReadyChildren()) {
      replicas.add(((Connection) child).replica);
      connections.add(child.getCurrentPicker());
    }
    if (replicas.isEmpty()) {
      withoutReplicas();
    } else {
      become(
          READY,
          new AffinityPicker(
              List.copyOf(replicas), List.copyOf(connections), choice, routing.nanoClock()));
    }
    measure();
    reconnect();
  }

  private void withoutReplicas() {
    if (ready > 0) {
      reconnection.now();
      patience = after(PATIENCE, this::updateOverallBalancingState);
    }
    SubchannelPicker failed = null;
    for (ChildLbState child : getChildLbStates()) {
      if (child.getCurrentState() == CONNECTING
          || child.getCurrentState() == IDLE
          || isPending(patience)) {
        become(CONNECTING, new FixedResultPicker(PickResult.withNoResult()));
        return;
      }
      failed = child.getCurrentPicker();
    }
    if (failed != null) {
      become(TRANSIENT_FAILURE, failed);
    }
  }

  private void reconnect() {
    boolean lost =
        getChildLbStates().stream().anyMatch(child -> child.getCurrentState() == TRANSIENT_FAILURE);
    if (lost && !isPending(nextAttempt)) {
      nextAttempt = after(BETWEEN_ATTEMPTS, reconnection::now);
    }
  }

  private ScheduledHandle after(Duration delay, Runnable task) {
    return getHelper()
        .getSynchronizationContext()
        .schedule(
            task, delay.toNanos(), TimeUnit.NANOSECONDS, getHelper().getScheduledExecutorService());
  }

  private static boolean isPending(@Nullable ScheduledHandle task) {
    return task != null && task.isPending();
  }

  private static void cancel(@Nullable ScheduledHandle task) {
    if (task != null) {
      task.cancel();
    }
  }

  private void become(ConnectivityState state, SubchannelPicker picker) {
    currentConnectivityState = state;
    getHelper().updateBalancingState(state, picker);
  }

  private void measure() {
    int knownNow = getChildLbStates().size();
    int readyNow = getReadyChildren().size();
    if (knownNow != known || readyNow != ready) {
      known = knownNow;
      ready = readyNow;
      routing.metrics().endpoints(knownNow, readyNow);
      // A laptop's one replica is no news.
      LOG.atLevel(knownNow > 1 ? Level.INFO : Level.DEBUG)
          .log("{}: {} of {} replicas connected", routing.stage(), readyNow, knownNow);
    }
  }

  /** One replica's connection, and what is known of it. */
  private final class Connection extends ChildLbState {
    private final Replica replica;

    Connection(Object key) {
      super(key, pickFirstLbProvider);
      this.replica = new Replica(routing, key.toString());
    }

    /** Connects again what was disconnected: no call would ask for it while others are ready. */
    @Override
    protected ChildLbStateHelper createChildHelper() {
      return new ChildLbStateHelper() {
        @Override
        public void updateBalancingState(ConnectivityState state, SubchannelPicker picker) {
          super.updateBalancingState(state, picker);
          if (state == IDLE && !resolvingAddresses) {
            getLb().requestConnection();
          }
        }
      };
    }
  }
}
