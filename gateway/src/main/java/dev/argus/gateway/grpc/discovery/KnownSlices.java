package dev.argus.gateway.grpc.discovery;

import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The slices of a Service as they were last heard of. Owned by one thread. */
final class KnownSlices {
  private final Map<String, EndpointSlice> slices = new TreeMap<>();

  /** There are these and no others. */
  void replace(Collection<EndpointSlice> listed) {
    slices.clear();
    listed.forEach(this::put);
  }

  void put(EndpointSlice slice) {
    slices.put(slice.name(), slice);
  }

  void remove(String name) {
    slices.remove(name);
  }

  /**
   * Where the Service's endpoints are called, each once, in an order that tells nothing. A Service
   * of both families has each pod twice: IPv4 is taken then.
   */
  List<InetSocketAddress> callable(Optional<String> port) {
    List<InetSocketAddress> four = callable("IPv4", port);
    return four.isEmpty() ? callable("IPv6", port) : four;
  }

  private List<InetSocketAddress> callable(String family, Optional<String> port) {
    return slices.values().stream()
        .filter(slice -> slice.addressType().equals(family))
        .flatMap(slice -> slice.callable(port).stream())
        .distinct()
        .sorted(Comparator.comparing(InetSocketAddress::toString))
        .toList();
  }
}
