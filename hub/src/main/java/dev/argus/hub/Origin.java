package dev.argus.hub;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;

/**
 * Who answers at an address: what a secret may be told to.
 *
 * @param scheme {@code http} or {@code https}
 * @param host in lower case
 * @param port never -1
 */
record Origin(String scheme, String host, int port) {

  /** The origin of an address for which {@link #isWeb} holds. */
  static Origin of(URI address) {
    String scheme = Objects.requireNonNull(address.getScheme()).toLowerCase(Locale.ROOT);
    int standard = scheme.equals("https") ? 443 : 80;
    return new Origin(
        scheme,
        Objects.requireNonNull(address.getHost()).toLowerCase(Locale.ROOT),
        address.getPort() < 0 ? standard : address.getPort());
  }

  /** Whether an address is one that HTTP reaches. */
  static boolean isWeb(URI address) {
    String scheme = address.getScheme();
    return ("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))
        && address.getHost() != null;
  }
}
