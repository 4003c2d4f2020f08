package dev.argus.gateway.grpc.discovery;

import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;

/**
 * An API server that knows EndpointSlices, lists and watches them as Kubernetes does: a version
 * that every change raises, a stream of JSON events, bookmarks, 410 Gone. A test drives its
 * failures.
 */
final class StubApiServer implements AutoCloseable {
  private static final String PATH = "/apis/discovery.k8s.io/v1/namespaces/vision/endpointslices";
  private static final String END = "";

  private final Map<String, String> slices = new TreeMap<>(); // guarded by this
  private int version = 100; // guarded by this
  private int oldest; // guarded by this
  private final int port;
  private HttpServer server;
  private volatile Watch watch = new Watch();
  private volatile CompletableFuture<?> answering = CompletableFuture.completedFuture(null);

  /** Requests received: {@code list}, or {@code watch} and the version. */
  final BlockingQueue<String> requests = new LinkedBlockingQueue<>();

  /** What the next requests are answered with instead, if not 0. */
  volatile int refusal;

  StubApiServer() {
    server = start(0);
    port = server.getAddress().getPort();
  }

  /** One watch that is being answered. */
  private static final class Watch {
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  }

  KubernetesAccess access(WatchTiming timing) {
    return new KubernetesAccess(this::client, "vision", timing);
  }

  private ApiClient client() {
    return Config.fromUrl("http://localhost:" + port);
  }

  /** A slice changes, and watches hear of it. */
  synchronized void put(String name, int grpcPort, Endpoint... endpoints) {
    String type = slices.containsKey(name) ? "MODIFIED" : "ADDED";
    version++;
    slices.put(name, slice(name, grpcPort, endpoints));
    watch.events.add(event(type, slices.get(name)));
  }

  /** A slice changes, and no watch hears of it: it happens while nobody is connected. */
  synchronized void putUnheard(String name, int grpcPort, Endpoint... endpoints) {
    version++;
    slices.put(name, slice(name, grpcPort, endpoints));
  }

  synchronized void delete(String name) {
    version++;
    watch.events.add(event("DELETED", requireNonNull(slices.remove(name))));
  }

  /** Tells watches the version, in the form that a real server has. */
  synchronized int bookmark() {
    version += 10;
    watch.events.add(
        event(
            "BOOKMARK",
            """
            {"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1","metadata":{"resourceVersion":"%d",\
            "creationTimestamp":null},"addressType":"","endpoints":null,"ports":null}\
            """
                .formatted(version)));
    return version;
  }

  /** Forgets what happened before: watches from there on are answered with 410 Gone. */
  synchronized void compact() {
    version++;
    oldest = version;
  }

  /** Ends the watch as its time limit does. */
  void endWatch() {
    watch.events.add(END);
  }

  /** Sends half an event and breaks the connection. */
  void breakWatch() {
    watch.events.add("{\"type\":\"ADDED\",\"object\":{\"kind");
    watch.events.add(END);
  }

  /** Answers nothing until the returned future is completed. */
  CompletableFuture<Void> hold() {
    var held = new CompletableFuture<Void>();
    answering = held;
    return held;
  }

  /** Goes away; connections break. */
  void stop() {
    endWatch();
    server.stop(0);
  }

  /** Comes back on the same port, and has forgotten what happened before. */
  void restart() {
    compact();
    watch = new Watch();
    server = start(port);
  }

  @Override
  public void close() {
    answering = CompletableFuture.completedFuture(null);
    stop();
  }

  /** An endpoint, and its conditions as JSON. */
  record Endpoint(String address, String conditions) {
    static Endpoint ready(String address) {
      return new Endpoint(address, "{\"ready\":true,\"serving\":true,\"terminating\":false}");
    }

    static Endpoint terminating(String address) {
      return new Endpoint(address, "{\"ready\":false,\"serving\":true,\"terminating\":true}");
    }

    private String json() {
      return "{\"addresses\":[\"%s\"],\"conditions\":%s,\"nodeName\":\"n\"}"
          .formatted(address, conditions);
    }
  }

  private String slice(String name, int grpcPort, Endpoint... endpoints) {
    return """
    {"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1","metadata":{"name":"%s","namespace":"vision",\
    "resourceVersion":"%d","labels":{"kubernetes.io/service-name":"encoder"}},"addressType":"IPv4",\
    "endpoints":[%s],"ports":[{"name":"grpc","port":%d,"protocol":"TCP","appProtocol":"kubernetes.io/h2c"},\
    {"name":"metrics","port":9464,"protocol":"TCP"}]}\
    """
        .formatted(
            name,
            version,
            Arrays.stream(endpoints).map(Endpoint::json).collect(Collectors.joining(",")),
            grpcPort);
  }

  private Watch gone(int from) {
    var gone = new Watch();
    gone.events.add(
        event(
            "ERROR",
            """
            {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",\
            "message":"too old resource version: %d (%d)","reason":"Expired","code":410}\
            """
                .formatted(from, oldest)));
    gone.events.add(END);
    return gone;
  }

  private static String event(String type, String object) {
    return "{\"type\":\"%s\",\"object\":%s}".formatted(type, object);
  }

  private HttpServer start(int on) {
    try {
      HttpServer started =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), on), 0);
      started.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      started.createContext(PATH, this::answer);
      started.start();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getQuery();
    boolean watching = query.contains("watch=true");
    if (!query.contains("labelSelector=kubernetes.io/service-name=encoder")
        || (watching && !query.contains("allowWatchBookmarks=true"))) {
      exchange.sendResponseHeaders(400, -1);
      return;
    }
    requests.add(
        watching ? "watch " + query.replaceAll(".*resourceVersion=(\\d+).*", "$1") : "list");
    answering.join();
    if (refusal != 0) {
      exchange.sendResponseHeaders(refusal, -1);
      exchange.close();
    } else if (watching) {
      watch(exchange, Integer.parseInt(query.replaceAll(".*resourceVersion=(\\d+).*", "$1")));
    } else {
      list(exchange);
    }
  }

  private synchronized void list(HttpExchange exchange) throws IOException {
    byte[] body =
        """
        {"kind":"EndpointSliceList","apiVersion":"discovery.k8s.io/v1","metadata":{"resourceVersion":"%d"},"items":[%s]}
        """
            .formatted(version, String.join(",", slices.values()))
            .getBytes(StandardCharsets.UTF_8);
    watch = new Watch();
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private void watch(HttpExchange exchange, int from) throws IOException {
    Watch current;
    synchronized (this) {
      current = from < oldest ? gone(from) : watch;
    }
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().flush();
    try (var body = exchange.getResponseBody()) {
      String event = current.events.take();
      while (!event.equals(END)) {
        body.write((event + "\n").getBytes(StandardCharsets.UTF_8));
        body.flush();
        event = current.events.take();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
