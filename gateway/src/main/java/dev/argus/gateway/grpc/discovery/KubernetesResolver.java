package dev.argus.gateway.grpc.discovery;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Resolves a Service to its endpoints and tells of every change. It hears of them by itself, so
 * that being asked to look again does nothing. The channel's synchronization context starts it and
 * shuts it down; a virtual thread of its own watches.
 */
final class KubernetesResolver extends NameResolver {
  private final ServiceTarget target;
  private final KubernetesAccess access;
  private final SynchronizationContext context;
  private @Nullable EndpointWatch watch;

  KubernetesResolver(
      ServiceTarget target, KubernetesAccess access, SynchronizationContext context) {
    this.target = target;
    this.access = access;
    this.context = context;
  }

  @Override
  public String getServiceAuthority() {
    return target.service();
  }

  @Override
  public void start(Listener2 listener) {
    String namespace = target.namespace().orElse(access.namespace());
    try {
      var api = new SliceApi(access.client().open(), namespace, target.service(), access.timing());
      watch =
          new EndpointWatch(
              namespace + "/" + target.service(),
              api,
              target.port(),
              access.timing(),
              new Publisher(listener));
      Thread.ofVirtual().name("endpoints-" + target.service()).start(watch::run);
    } catch (IOException | RuntimeException e) {
      listener.onError(
          Status.UNAVAILABLE.withDescription("No access to Kubernetes: " + e).withCause(e));
    }
  }

  @Override
  public void shutdown() {
    if (watch != null) {
      watch.close();
    }
  }

  /** Hands what the watch finds to the channel, on the channel's own context. */
  private final class Publisher implements EndpointWatch.Listener {
    private final Listener2 channel;

    Publisher(Listener2 channel) {
      this.channel = channel;
    }

    @Override
    public void endpoints(List<InetSocketAddress> callable) {
      tell(
          callable.isEmpty()
              ? StatusOr.fromStatus(unavailable("has no endpoint that is ready"))
              : StatusOr.fromValue(callable.stream().map(EquivalentAddressGroup::new).toList()));
    }

    @Override
    public void unknown(String reason) {
      tell(StatusOr.fromStatus(unavailable("cannot be looked up yet: " + reason)));
    }

    private void tell(StatusOr<List<EquivalentAddressGroup>> addresses) {
      var result = ResolutionResult.newBuilder().setAddressesOrError(addresses).build();
      context.execute(() -> channel.onResult2(result));
    }

    private Status unavailable(String problem) {
      return Status.UNAVAILABLE.withDescription(
          "The Service %s %s".formatted(target.service(), problem));
    }
  }
}
