package dev.argus.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLHandshakeException;

/**
 * One HTTP request at a time, redirects followed. Thread-safe.
 *
 * <p>The token goes to the endpoint that it is for, and nowhere else: neither to another host that
 * a redirect leads to nor to a mirror that an import names. A redirect never leads from TLS to
 * plain text.
 */
final class HubHttp implements AutoCloseable {
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final int MOST_REDIRECTS = 5;
  private static final int DRAINED_BYTES = 1 << 16;

  private final HubSettings settings;
  private final HubLimits limits;
  private final HttpClient client;

  HubHttp(HubSettings settings, HubLimits limits) {
    this.settings = settings;
    this.limits = limits;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1) // A connection of its own for each file.
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(limits.connect());
    settings.proxies().ifPresent(builder::proxy);
    this.client = builder.build();
  }

  /** How far redirects are followed. */
  enum Follow {
    /** To wherever they lead. */
    ANYWHERE,
    /** As long as the same server answers. */
    SAME_ORIGIN
  }

  /** Whether requests to an address carry the token. */
  boolean sendsToken(URI address) {
    return settings.token().isPresent()
        && Origin.of(address).equals(Origin.of(settings.endpoint()));
  }

  /**
   * Makes a request and follows redirects; one attempt.
   *
   * @return the last answer, whatever its status; the caller closes its body
   */
  HttpResponse<InputStream> send(
      String method, URI address, Map<String, String> headers, Follow follow)
      throws IOException, InterruptedException {
    URI at = address;
    for (int hops = 0; hops <= MOST_REDIRECTS; hops++) {
      HttpResponse<InputStream> response = send(request(method, at, headers));
      Optional<URI> next = redirect(at, response);
      if (next.isEmpty()
          || (follow == Follow.SAME_ORIGIN && !Origin.of(next.get()).equals(Origin.of(at)))) {
        return response;
      }
      try (InputStream body = response.body()) {
        body.readNBytes(DRAINED_BYTES); // So that the connection can be used again.
      }
      at = next.get();
    }
    throw new HubException("%s redirects in circles".formatted(address));
  }

  private HttpResponse<InputStream> send(HttpRequest request)
      throws IOException, InterruptedException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (SSLHandshakeException e) {
      throw new HubException(
          "%s cannot be trusted: %s"
              .formatted(request.uri().getHost(), HubException.quote(String.valueOf(e))),
          e);
    }
  }

  private HttpRequest request(String method, URI address, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(limits.answer())
            .header("User-Agent", "argus")
            .header("Accept-Encoding", "identity");
    headers.forEach(request::header);
    if (sendsToken(address)) {
      request.header("Authorization", "Bearer " + settings.token().orElseThrow());
    }
    return request.build();
  }

  private static Optional<URI> redirect(URI from, HttpResponse<?> response) throws HubException {
    Optional<String> location = response.headers().firstValue("Location");
    if (!REDIRECTS.contains(response.statusCode()) || location.isEmpty()) {
      return Optional.empty();
    }
    URI to;
    try {
      to = from.resolve(location.get());
    } catch (IllegalArgumentException e) {
      throw misled(from, location.get());
    }
    boolean losesTls = from.getScheme().equalsIgnoreCase("https") && !isTls(to);
    if (!Origin.isWeb(to) || losesTls) {
      throw misled(from, location.get());
    }
    return Optional.of(to);
  }

  private static boolean isTls(URI address) {
    return address.getScheme() != null
        && address.getScheme().toLowerCase(Locale.ROOT).equals("https");
  }

  private static HubException misled(URI from, String location) {
    return new HubException(
        "%s redirects to %s, where Argus does not follow"
            .formatted(from.getHost(), HubException.quote(location)));
  }

  /** Breaks off what is open. */
  @Override
  public void close() {
    client.shutdownNow();
  }
}
