package dev.argus.testdata;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * A hub on loopback: a real HTTP server that speaks the Hugging Face Hub's protocol as far as
 * downloads need it, remembers what it was asked, and fails when told to. Thread-safe.
 */
public final class FakeHub implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BUFFER_BYTES = 1 << 16;

  private final Map<String, Model> models = new ConcurrentHashMap<>();
  private final Map<String, Deque<Fault>> faults = new ConcurrentHashMap<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final ExecutorService handlers = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private volatile Optional<URI> storage = Optional.empty();

  /** Begins to listen on a free port. */
  public FakeHub() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(handlers);
    server.createContext("/", this::handle);
    server.start();
  }

  /**
   * Serves a checkpoint's directory until it is killed, to try and measure imports by hand: {@code
   * HF_ENDPOINT=<what is printed> ./argus import owner/name}.
   *
   * @param arguments the directory, and the model's id
   */
  public static void main(String[] arguments) throws IOException {
    Map<String, Path> files = new TreeMap<>();
    try (Stream<Path> entries = Files.list(Path.of(arguments[0]))) {
      entries
          .filter(Files::isRegularFile)
          .forEach(file -> files.put(file.getFileName().toString(), file));
    }
    FakeHub hub = new FakeHub();
    hub.publish(arguments[1], "f".repeat(40), "main", files);
    System.out.println(hub.endpoint());
  }

  /**
   * What was asked.
   *
   * @param file the file's name; empty for the list of files
   * @param range the header {@code Range}, or empty
   * @param authorization the header, or empty
   */
  public record Request(
      String method, String path, String file, String range, String authorization) {}

  /** Something that goes wrong once. */
  @FunctionalInterface
  public interface Fault {
    /**
     * Answers a request.
     *
     * @param from the first byte that is asked for
     */
    void answer(HttpExchange exchange, Path content, long from) throws IOException;

    /** An answer without content. */
    static Fault status(int status, Map<String, String> headers) {
      return (exchange, content, from) -> {
        headers.forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(status, -1);
      };
    }

    /** The connection breaks after some bytes. */
    static Fault brokenAfter(long bytes) {
      return (exchange, content, from) -> send(exchange, content, from, bytes);
    }

    /** The whole file, whatever part was asked for. */
    static Fault noRanges() {
      return (exchange, content, from) -> send(exchange, content, 0, Long.MAX_VALUE);
    }
  }

  /**
   * A model.
   *
   * @param commits by branch, tag or commit
   */
  private record Model(Map<String, String> commits, Map<String, Map<String, Path>> files) {}

  /** Where it is reached. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /**
   * Adds a commit to a model.
   *
   * @param commit 40 hexadecimal digits
   * @param branch leads to the commit from now on
   * @param files by name
   */
  public void publish(String id, String commit, String branch, Map<String, Path> files) {
    Model model =
        models.computeIfAbsent(
            id, name -> new Model(new ConcurrentHashMap<>(), new ConcurrentHashMap<>()));
    model.files().put(commit, new TreeMap<>(files));
    model.commits().put(commit, commit);
    model.commits().put(branch, commit);
  }

  /** From now on, weights are redirected to this server, as the Hub does with its storage. */
  public void storeWeightsAt(FakeHub other) {
    models.forEach(other.models::put);
    storage = Optional.of(URI.create("http://localhost:" + other.server.getAddress().getPort()));
  }

  /** Lets the next request for a file, or for the list of files ({@code ""}), go wrong. */
  public void fail(String file, Fault fault) {
    faults.computeIfAbsent(file, name -> new ArrayDeque<>()).add(fault);
  }

  /** All requests so far. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  /** The requests for a file's content so far. */
  public List<Request> requestsFor(String file) {
    return requests.stream()
        .filter(request -> request.method().equals("GET") && request.file().equals(file))
        .toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      answer(exchange);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String rawPath = exchange.getRequestURI().getRawPath();
    String id = path.replaceFirst("^/api/models/", "/").replaceFirst("/(revision|resolve)/.*", "");
    Optional<Model> model = Optional.ofNullable(models.get(id.substring(1)));
    boolean listing = rawPath.startsWith("/api/models/");
    String rest = rawPath.replaceFirst(".*?/(revision|resolve)/", "");
    String revision = decoded(rest.replaceFirst("/.*", ""));
    String file = listing ? "" : decoded(rest.substring(rest.indexOf('/') + 1));
    requests.add(
        new Request(
            exchange.getRequestMethod(),
            path,
            file,
            header(exchange, "Range"),
            header(exchange, "Authorization")));
    Optional<String> commit = model.map(known -> known.commits().get(revision));
    Map<String, Path> files =
        model.flatMap(known -> commit.map(known.files()::get)).orElse(Map.of());
    Path content = files.getOrDefault(file, Path.of(""));
    Optional<Fault> fault = Optional.ofNullable(faults.get(file)).map(Deque::poll);
    if (fault.isPresent()) {
      fault.get().answer(exchange, content, from(exchange));
    } else if (model.isEmpty()) {
      refuse(exchange, 401, "RepoNotFound");
    } else if (commit.isEmpty()) {
      refuse(exchange, 404, "RevisionNotFound");
    } else if (listing) {
      list(exchange, commit.get(), files);
    } else if (content.toString().isEmpty()) {
      refuse(exchange, 404, "EntryNotFound");
    } else {
      file(exchange, file, content);
    }
  }

  private static String decoded(String raw) {
    return URI.create("/" + raw).getPath().substring(1);
  }

  private static void refuse(HttpExchange exchange, int status, String code) throws IOException {
    Fault.status(status, Map.of("X-Error-Code", code)).answer(exchange, Path.of(""), 0);
  }

  private static void list(HttpExchange exchange, String commit, Map<String, Path> files)
      throws IOException {
    ObjectNode json = JSON.createObjectNode().put("sha", commit);
    json.putArray("siblings");
    for (var file : files.entrySet()) {
      ObjectNode entry = json.withArray("siblings").addObject();
      entry.put("rfilename", file.getKey()).put("size", Files.size(file.getValue()));
      if (isStored(file.getKey())) {
        entry.putObject("lfs").put("sha256", sha256(file.getValue()));
        entry.withObject("lfs").put("size", Files.size(file.getValue()));
      } else {
        entry.put("blobId", gitId(file.getValue()));
      }
    }
    byte[] answer = JSON.writeValueAsBytes(json);
    exchange.sendResponseHeaders(200, answer.length);
    exchange.getResponseBody().write(answer);
  }

  private void file(HttpExchange exchange, String name, Path content) throws IOException {
    var headers = exchange.getResponseHeaders();
    if (isStored(name) && storage.isPresent()) {
      headers.set("X-Linked-Etag", "\"" + sha256(content) + "\"");
      headers.set("X-Linked-Size", Long.toString(Files.size(content)));
      headers.set("Location", storage.get() + exchange.getRequestURI().getRawPath());
      exchange.sendResponseHeaders(302, -1);
      return;
    }
    headers.set("ETag", "\"" + (isStored(name) ? sha256(content) : gitId(content)) + "\"");
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", Long.toString(Files.size(content)));
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    send(exchange, content, from(exchange), Long.MAX_VALUE);
  }

  private static void send(HttpExchange exchange, Path content, long from, long most)
      throws IOException {
    long size = Files.size(content);
    if (from > 0) {
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes %d-%d/%d".formatted(from, size - 1, size));
    }
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, size == 0 ? -1 : size - from);
    OutputStream out = exchange.getResponseBody();
    try (InputStream in = Files.newInputStream(content)) {
      in.skipNBytes(from);
      byte[] buffer = new byte[BUFFER_BYTES];
      long left = Math.min(most, size - from);
      while (left > 0) {
        int read = in.read(buffer, 0, Math.toIntExact(Math.min(left, buffer.length)));
        out.write(buffer, 0, read);
        left -= read;
      }
      out.flush();
    }
  }

  /** Large files are kept outside of Git. */
  private static boolean isStored(String name) {
    return name.matches(".*\\.(safetensors|onnx|onnx_data)");
  }

  private static long from(HttpExchange exchange) {
    String range = header(exchange, "Range");
    return range.isEmpty() ? 0 : Long.parseLong(range.replaceAll("bytes=|-", ""));
  }

  private static String header(HttpExchange exchange, String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).orElse("");
  }

  /** A file's SHA-256, as the Hub gives it for weights. */
  public static String sha256(Path file) throws IOException {
    return digest("SHA-256", "", file);
  }

  private static String gitId(Path file) throws IOException {
    return digest("SHA-1", "blob " + Files.size(file) + "\0", file);
  }

  private static String digest(String algorithm, String prefix, Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      digest.update(prefix.getBytes(StandardCharsets.US_ASCII));
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Stops; breaks off what is open. */
  @Override
  public void close() {
    server.stop(0);
    handlers.shutdownNow();
  }
}
