package dev.argus.gateway.grpc.discovery;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.DiscoveryV1Api;
import io.kubernetes.client.openapi.apis.DiscoveryV1Api.APIlistNamespacedEndpointSliceRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import okhttp3.Call;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * One Service's EndpointSlices, asked of the API server through the official client: its addresses,
 * certificates and tokens. What comes back is read here, as the client's models refuse what they do
 * not know.
 *
 * <p>One thread asks; any may {@link #close}, which breaks off what is being asked.
 */
final class SliceApi implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final DiscoveryV1Api api;
  private final String namespace;
  private final String selector;
  private final WatchTiming timing;
  private @Nullable Call current; // this and below guarded by this
  private boolean closed;

  SliceApi(ApiClient client, String namespace, String service, WatchTiming timing) {
    client.setReadTimeout((int) timing.watch().plus(timing.grace()).toMillis());
    this.api = new DiscoveryV1Api(client);
    this.namespace = namespace;
    this.selector = "kubernetes.io/service-name=" + service;
    this.timing = timing;
  }

  /**
   * All there are.
   *
   * @param version of the list; what a watch goes on from
   */
  record Listing(String version, List<EndpointSlice> slices) {}

  /** Asks for all there are. */
  Listing list() throws IOException, ApiException {
    try (Response response = answer(request().buildCall(null));
        InputStream body = response.body().byteStream()) {
      JsonNode list = JSON.readTree(body);
      List<EndpointSlice> slices = new ArrayList<>();
      list.path("items").forEach(item -> slices.add(EndpointSlice.of(item)));
      return new Listing(version(list), slices);
    }
  }

  /**
   * Hears of changes until the server ends the watch, as it does from time to time.
   *
   * @param version from which on to hear
   * @param heard takes each event, and says whether to go on
   */
  void watch(String version, Predicate<WatchEvent> heard) throws IOException, ApiException {
    Call call =
        request()
            .watch(true)
            .allowWatchBookmarks(true)
            .resourceVersion(version)
            .timeoutSeconds((int) Math.max(1, timing.watch().toSeconds()))
            .buildCall(null);
    try (Response response = answer(call);
        JsonParser body = JSON.createParser(response.body().byteStream());
        MappingIterator<JsonNode> events = JSON.readerFor(JsonNode.class).readValues(body)) {
      while (events.hasNextValue() && heard.test(WatchEvent.of(events.nextValue()))) {
        // The event has been heard.
      }
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (current != null) {
      current.cancel();
    }
  }

  static String version(JsonNode object) {
    return object.path("metadata").path("resourceVersion").asText();
  }

  private APIlistNamespacedEndpointSliceRequest request() {
    return api.listNamespacedEndpointSlice(namespace).labelSelector(selector);
  }

  private Response answer(Call call) throws IOException {
    synchronized (this) {
      if (closed) {
        throw new IOException("closed");
      }
      current = call;
    }
    Response response = call.execute();
    if (!response.isSuccessful()) {
      try (response) {
        throw new IOException(
            ("the API server answered " + response.code() + " " + response.message()).strip());
      }
    }
    return response;
  }
}
