package dev.argus.gateway.http;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Where pictures may be fetched from, and at what expense.
 *
 * @param hosts {@code example.com}, {@code *.example.com} for all names below one, {@code *} for
 *     all public hosts; each with the usual ports, or {@code :PORT} for another one. None: pictures
 *     are not fetched
 * @param maxBytes largest file, such as 20 MiB
 * @param maxTotalBytes of all files of one request
 * @param maxCount pictures by URL of one request
 * @param timeLimit for one picture, redirects included
 * @param maxRedirects how often a picture may be elsewhere
 */
public record PictureSources(
    List<String> hosts,
    int maxBytes,
    int maxTotalBytes,
    int maxCount,
    Duration timeLimit,
    int maxRedirects) {
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  public PictureSources {
    hosts = hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
    if (hosts.stream().anyMatch(host -> host.isBlank() || host.contains("/"))) {
      throw new IllegalArgumentException(
          "argus.gateway.http.image-hosts must hold names of hosts, not URLs");
    }
    if (maxBytes < 1 || maxTotalBytes < maxBytes || maxCount < 1) {
      throw new IllegalArgumentException(
          "argus.gateway.http.image-max-bytes and image-max-count must be positive, and"
              + " image-max-total-bytes not less than image-max-bytes");
    }
    if (!timeLimit.isPositive() || maxRedirects < 0) {
      throw new IllegalArgumentException(
          "argus.gateway.http.image-time-limit must be positive, and image-max-redirects not"
              + " negative");
    }
  }

  /** Whether a URL's host and port are among those allowed. The URL has a host. */
  boolean allow(URI url) {
    String host = url.getHost().toLowerCase(Locale.ROOT);
    return hosts.stream().anyMatch(rule -> allows(rule, host, port(url)));
  }

  private static boolean allows(String rule, String host, int port) {
    int colon = rule.lastIndexOf(':');
    boolean named = colon > rule.lastIndexOf(']');
    String name = named ? rule.substring(0, colon) : rule;
    boolean portFits =
        named
            ? rule.substring(colon + 1).equals(Integer.toString(port))
            : port == HTTP || port == HTTPS;
    return portFits && nameFits(name, host);
  }

  private static boolean nameFits(String name, String host) {
    return name.equals("*")
        || name.equals(host)
        || (name.startsWith("*.") && host.endsWith(name.substring(1)));
  }

  private static int port(URI url) {
    int usual = "https".equalsIgnoreCase(url.getScheme()) ? HTTPS : HTTP;
    return url.getPort() < 0 ? usual : url.getPort();
  }
}
