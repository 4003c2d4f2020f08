package dev.argus.hub;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The proxies that {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY}
 * name, as curl and huggingface_hub read them: in small letters too, which come first. Immutable.
 */
final class ProxyVariables extends ProxySelector {
  private static final int HTTP_PORT = 80;

  private final Map<String, Proxy> proxies;
  private final List<String> direct;

  private ProxyVariables(Map<String, Proxy> proxies, List<String> direct) {
    this.proxies = Map.copyOf(proxies);
    this.direct = direct;
  }

  /**
   * Reads the variables; empty where they name no proxy.
   *
   * @throws HubException if one of them holds what no connection can be made through
   */
  static Optional<ProxySelector> of(Map<String, String> environment) throws HubException {
    Map<String, Proxy> proxies = new HashMap<>();
    for (String scheme : List.of("https", "http")) {
      for (String name : List.of("all_proxy", scheme + "_proxy")) {
        Optional<String> value = value(environment, name);
        if (value.isPresent()) {
          proxies.put(scheme, proxy(name, value.get()));
        }
      }
    }
    List<String> direct =
        value(environment, "no_proxy").stream()
            .flatMap(hosts -> Stream.of(hosts.split(",")))
            .map(host -> host.strip().toLowerCase(Locale.ROOT).replaceFirst("^\\*?\\.", ""))
            .filter(host -> !host.isEmpty())
            .toList();
    return proxies.isEmpty() ? Optional.empty() : Optional.of(new ProxyVariables(proxies, direct));
  }

  private static Optional<String> value(Map<String, String> environment, String name) {
    return Stream.of(name, name.toUpperCase(Locale.ROOT))
        .map(each -> environment.getOrDefault(each, "").strip())
        .filter(value -> !value.isEmpty())
        .findFirst();
  }

  private static Proxy proxy(String name, String value) throws HubException {
    try {
      URI address = URI.create(value.contains("://") ? value : "http://" + value);
      if ("http".equals(address.getScheme())
          && address.getHost() != null
          && address.getRawUserInfo() == null) {
        int port = address.getPort() < 0 ? HTTP_PORT : address.getPort();
        return new Proxy(
            Proxy.Type.HTTP, InetSocketAddress.createUnresolved(address.getHost(), port));
      }
    } catch (IllegalArgumentException e) {
      throw notAProxy(name, e);
    }
    throw notAProxy(name, null);
  }

  /** Without the value, which may hold a password. */
  private static HubException notAProxy(String name, @Nullable Throwable cause) {
    return new HubException(
        "%s should be an address such as http://proxy.example:3128, without a user or password"
            .formatted(name.toUpperCase(Locale.ROOT)),
        cause);
  }

  @Override
  public List<Proxy> select(URI address) {
    String host = address.getHost().toLowerCase(Locale.ROOT);
    boolean directly =
        direct.stream()
            .anyMatch(each -> each.equals("*") || host.equals(each) || host.endsWith("." + each));
    return List.of(
        directly
            ? Proxy.NO_PROXY
            : proxies.getOrDefault(address.getScheme().toLowerCase(Locale.ROOT), Proxy.NO_PROXY));
  }

  /** Nothing to remember: there is no other proxy to try. */
  @Override
  public void connectFailed(URI address, SocketAddress proxy, IOException failure) {}
}
