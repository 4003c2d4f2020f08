package dev.argus.bench.serve;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** Where a server is, and what it speaks. */
sealed interface Address {

  /**
   * Argus's own API.
   *
   * @param target {@code host:port}
   */
  record Grpc(String target) implements Address {}

  /**
   * OpenAI's.
   *
   * @param base such as {@code http://localhost:8000/v1}, without a slash at its end
   */
  record Http(URI base) implements Address {}

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Address parse(String url) {
    try {
      URI uri = new URI(url.replaceFirst("/+$", ""));
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      boolean bare = uri.getPath() == null || uri.getPath().isEmpty();
      if (uri.getHost() != null && uri.getRawQuery() == null && uri.getRawFragment() == null) {
        if (scheme.equals("grpc") && bare && uri.getPort() > 0) {
          return new Grpc(uri.getRawAuthority());
        }
        if (scheme.equals("http") || scheme.equals("https")) {
          return new Http(bare ? new URI(uri + "/v1") : uri);
        }
      }
    } catch (URISyntaxException e) {
      // As any other text that is no address.
    }
    throw new IllegalArgumentException(
        "--url takes grpc://HOST:PORT, or http://HOST:PORT/v1 for OpenAI's API, not '%s'"
            .formatted(url));
  }
}
