package dev.argus.gateway.grpc.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What counts of one {@code discovery.k8s.io/v1} EndpointSlice. Read leniently: bookmarks are
 * slices with nothing in them, and newer clusters send fields that are unknown today.
 *
 * @param name of the slice
 * @param addressType {@code IPv4} or {@code IPv6}; others are of no use here
 * @param ports of every endpoint
 * @param addresses of the endpoints that take new calls: ready, and not about to end
 */
record EndpointSlice(String name, String addressType, List<Port> ports, List<String> addresses) {
  /**
   * A port.
   *
   * @param name empty where the Service has only one
   */
  record Port(String name, int number) {}

  /** Reads one. */
  static EndpointSlice of(JsonNode slice) {
    List<Port> ports = new ArrayList<>();
    for (JsonNode port : slice.path("ports")) {
      if (port.path("port").canConvertToInt()
          && port.path("protocol").asText("TCP").equals("TCP")) {
        ports.add(new Port(port.path("name").asText(""), port.path("port").asInt()));
      }
    }
    List<String> addresses = new ArrayList<>();
    for (JsonNode endpoint : slice.path("endpoints")) {
      JsonNode conditions = endpoint.path("conditions");
      // Unset means ready, says the API.
      if (conditions.path("ready").asBoolean(true)
          && !conditions.path("terminating").asBoolean(false)) {
        // More than one would be the same endpoint again.
        Optional.ofNullable(endpoint.path("addresses").get(0))
            .ifPresent(address -> addresses.add(address.asText()));
      }
    }
    return new EndpointSlice(
        slice.path("metadata").path("name").asText(),
        slice.path("addressType").asText(),
        List.copyOf(ports),
        List.copyOf(addresses));
  }

  /**
   * Where its endpoints are called; nowhere where it has no such port.
   *
   * @param wanted as {@link ServiceTarget#port} has it
   */
  List<InetSocketAddress> callable(Optional<String> wanted) {
    OptionalInt port = port(wanted);
    return port.isEmpty()
        ? List.of()
        : addresses.stream()
            .map(address -> new InetSocketAddress(InetAddress.ofLiteral(address), port.getAsInt()))
            .toList();
  }

  private OptionalInt port(Optional<String> wanted) {
    if (wanted.isEmpty() && ports.size() == 1) {
      return OptionalInt.of(ports.getFirst().number());
    }
    String name = wanted.orElse("grpc");
    return name.chars().allMatch(Character::isDigit)
        ? OptionalInt.of(Integer.parseInt(name))
        : ports.stream().filter(port -> port.name().equals(name)).mapToInt(Port::number).findAny();
  }
}
