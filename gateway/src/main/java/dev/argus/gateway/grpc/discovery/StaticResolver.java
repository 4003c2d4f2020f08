package dev.argus.gateway.grpc.discovery;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.StatusOr;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Resolves {@code static:///host:port,host:port} to these replicas. A host is looked up at the
 * start, and again when a connection fails.
 */
final class StaticResolver extends NameResolver {
  private final List<HostPort> replicas;
  private final Executor lookUps;
  private @Nullable Listener2 listener;

  private StaticResolver(List<HostPort> replicas, Executor lookUps) {
    this.replicas = replicas;
    this.lookUps = lookUps;
  }

  private record HostPort(String host, int port) {
    static HostPort parse(String text) {
      int colon = text.lastIndexOf(':');
      String host = colon < 0 ? "" : text.substring(0, colon);
      String port = text.substring(colon + 1);
      if (host.isEmpty() || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65535) {
        throw new IllegalArgumentException(
            "A list of replicas is static:///host:port,host:port, which '%s' is not part of"
                .formatted(text));
      }
      return new HostPort(
          host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host,
          Integer.parseInt(port));
    }
  }

  /**
   * Reads a target.
   *
   * @param lookUps runs what waits for DNS
   * @throws IllegalArgumentException saying what a target looks like
   */
  static StaticResolver of(URI target, Executor lookUps) {
    String path = target.getPath() == null ? "" : target.getPath();
    return new StaticResolver(
        Arrays.stream(path.replaceFirst("^/", "").split(",", -1))
            .map(String::strip)
            .map(HostPort::parse)
            .distinct()
            .toList(),
        lookUps);
  }

  @Override
  public String getServiceAuthority() {
    return replicas.getFirst().host();
  }

  @Override
  public void start(Listener2 channel) {
    listener = channel;
    refresh();
  }

  @Override
  public void refresh() {
    if (listener != null) {
      Listener2 channel = listener;
      lookUps.execute(() -> channel.onResult(lookUp()));
    }
  }

  @Override
  public void shutdown() {
    listener = null;
  }

  private ResolutionResult lookUp() {
    List<EquivalentAddressGroup> found = new ArrayList<>();
    for (HostPort replica : replicas) {
      found.add(new EquivalentAddressGroup(new InetSocketAddress(replica.host(), replica.port())));
    }
    return ResolutionResult.newBuilder().setAddressesOrError(StatusOr.fromValue(found)).build();
  }
}
