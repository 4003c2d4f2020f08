package dev.argus.gateway.grpc.routing;

import dev.argus.service.server.LoadReports;
import io.grpc.ClientStreamTracer;
import io.grpc.ClientStreamTracer.StreamInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the gateway knows of one replica: how busy it is, whether it refused a call for lack of room
 * lately, and whether it failed too often.
 *
 * <p>Design. All of it is learnt from the calls themselves. Those of this gateway are counted while
 * they are open. A replica says with each answer how many it has in all; what is more than ours are
 * other gateways', and believed for {@link #REPORT_LIFE}. A fault is a status that speaks of the
 * replica, not of the request: gRPC's own outlier detection counts every status but OK, so that
 * clients who hang up, or send broken pictures, would have healthy replicas left out.
 *
 * <p>Thread-safe.
 */
final class Replica {
  private static final Logger LOG = LoggerFactory.getLogger(Replica.class);
  private static final Duration REPORT_LIFE = Duration.ofSeconds(2);

  private final Routing routing;
  private final String name;
  private final long seed;
  private int open; // this and all below guarded by this
  private int foreign;
  private long foreignUntilNanos;
  private long sparedUntilNanos;
  private long ejectedUntilNanos;
  private int faults;
  private int ejections;

  /**
   * @param name its addresses; the same on every gateway
   */
  Replica(Routing routing, String name) {
    this.routing = routing;
    this.name = name;
    this.seed = Rendezvous.seed(name);
    long now = routing.nanoClock().getAsLong();
    this.foreignUntilNanos = now;
    this.sparedUntilNanos = now;
    this.ejectedUntilNanos = now;
  }

  /** How good a place it is for a key, beside other replicas; as a signed number. */
  long score(long key) {
    return Rendezvous.score(seed, key);
  }

  /** How it is now. */
  synchronized State state(long nowNanos) {
    return new State(
        open + (nowNanos - foreignUntilNanos < 0 ? foreign : 0),
        nowNanos - sparedUntilNanos < 0,
        nowNanos - ejectedUntilNanos < 0);
  }

  /**
   * How a replica is at one time.
   *
   * @param load calls that it has
   * @param spared whether it refused one for lack of room lately
   * @param ejected whether it is left out
   */
  record State(int load, boolean spared, boolean ejected) {}

  /** Follows the calls that are sent to it for a reason. */
  ClientStreamTracer.Factory follow(PickReason reason) {
    return new ClientStreamTracer.Factory() {
      @Override
      public ClientStreamTracer newClientStreamTracer(StreamInfo info, Metadata headers) {
        routing.metrics().picked(reason);
        begun();
        return new Follower();
      }
    };
  }

  @Override
  public String toString() {
    return name;
  }

  synchronized void begun() {
    open++;
  }

  /** It says how many calls it has, this gateway's among them. */
  synchronized void reported(int calls) {
    foreign = Math.max(0, calls - open);
    foreignUntilNanos = routing.nanoClock().getAsLong() + REPORT_LIFE.toNanos();
  }

  synchronized void ended(Status status) {
    open--;
    switch (status.getCode()) {
      case OK -> {
        faults = 0;
        ejections = 0;
      }
      case RESOURCE_EXHAUSTED ->
          sparedUntilNanos =
              routing.nanoClock().getAsLong() + routing.settings().overloadPause().toNanos();
      case UNAVAILABLE, INTERNAL, UNKNOWN, DATA_LOSS -> fault(status);
      case CANCELLED,
          INVALID_ARGUMENT,
          DEADLINE_EXCEEDED,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          FAILED_PRECONDITION,
          ABORTED,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          UNAUTHENTICATED -> {
        // Speaks of the request, or of the configuration, which other replicas have too.
      }
    }
  }

  private void fault(Status status) {
    long now = routing.nanoClock().getAsLong();
    faults++;
    if (faults < routing.settings().faultLimit() || now - ejectedUntilNanos < 0) {
      return;
    }
    faults = 0;
    ejections++;
    long most = routing.settings().maxEjection().toNanos();
    long nanos =
        routing.settings().ejection().toNanos() > most / ejections
            ? most
            : routing.settings().ejection().toNanos() * ejections;
    ejectedUntilNanos = now + nanos;
    routing.metrics().ejected();
    LOG.warn(
        "The {} at {} is left out for {} after {} faults in a row, of which the last is {}",
        routing.stage(),
        name,
        Duration.ofNanos(nanos),
        routing.settings().faultLimit(),
        status.getCode());
  }

  /** Learns from one call. */
  private final class Follower extends ClientStreamTracer {
    @Override
    public void inboundHeaders(Metadata headers) {
      learn(headers);
    }

    @Override
    public void inboundTrailers(Metadata trailers) {
      learn(trailers);
    }

    @Override
    public void streamClosed(Status status) {
      ended(status);
    }

    private void learn(Metadata metadata) {
      LoadReports.read(metadata).ifPresent(Replica.this::reported);
    }
  }
}
