package dev.argus.hub;

import dev.argus.hub.HubHttp.Follow;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Hub's protocol as huggingface_hub speaks it: what a revision holds, and the bytes of a file.
 * Thread-safe.
 *
 * <p>Each method makes one attempt. It throws {@link HubException} where another would end the
 * same, and any other {@link IOException} where one may help.
 */
final class HubClient implements AutoCloseable {
  private static final int MOST_LISTING_BYTES = 32 << 20;
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-\\d+/(\\d+|\\*)");

  private final HubLimits limits;
  private final HubHttp http;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("hub-timer").factory());

  HubClient(HubSettings settings, HubLimits limits) {
    this.limits = limits;
    this.http = new HubHttp(settings, limits);
  }

  /**
   * What a revision holds now.
   *
   * @param revision a branch, tag or commit
   */
  Snapshot snapshot(ModelAddress model, String revision) throws IOException, InterruptedException {
    URI address = model.listing(revision);
    HttpResponse<InputStream> response = http.send("GET", address, Map.of(), Follow.ANYWHERE);
    try (InputStream body = watched(response)) {
      if (response.statusCode() != 200) {
        throw new Refusals(model, revision, http.sendsToken(address))
            .of(response, Optional.empty());
      }
      byte[] answer = body.readNBytes(MOST_LISTING_BYTES + 1);
      if (answer.length > MOST_LISTING_BYTES) {
        throw new HubException("%s lists more files than any model has".formatted(model.id()));
      }
      return Snapshot.parse(model, answer);
    }
  }

  /**
   * A file of a snapshot, with what the list does not say of it asked for.
   *
   * @throws HubException if nobody says how to check it
   */
  RemoteFile file(Snapshot snapshot, String name) throws IOException, InterruptedException {
    Snapshot.Entry listed = snapshot.files().get(name);
    if (listed == null) {
      throw new HubException("%s has no %s".formatted(snapshot.model().id(), name));
    }
    if (listed.size().isPresent() && listed.checksum().isPresent()) {
      return new RemoteFile(name, listed.size().getAsLong(), listed.checksum().get());
    }
    HttpHeaders headers = head(snapshot, name);
    Optional<Checksum> checksum =
        headers
            .firstValue("X-Linked-Etag")
            .or(() -> headers.firstValue("ETag"))
            .flatMap(Checksum::ofEntityTag);
    OptionalLong linked = headers.firstValueAsLong("X-Linked-Size");
    OptionalLong size = linked.isPresent() ? linked : headers.firstValueAsLong("Content-Length");
    if (checksum.isEmpty() || size.isEmpty() || size.getAsLong() < 0) {
      throw new HubException(
          "%s gives neither list nor header with the checksum of %s: Argus imports what it can check"
              .formatted(snapshot.model().endpoint(), name));
    }
    return new RemoteFile(name, size.getAsLong(), checksum.get());
  }

  /** The headers of the hub itself, not of the storage that it redirects to. */
  private HttpHeaders head(Snapshot snapshot, String name)
      throws IOException, InterruptedException {
    URI address = snapshot.model().file(snapshot.commit(), name);
    HttpResponse<InputStream> response = http.send("HEAD", address, Map.of(), Follow.SAME_ORIGIN);
    response.body().close();
    if (response.statusCode() >= 400) {
      throw refused(snapshot, address, response, name);
    }
    return response.headers();
  }

  /**
   * Some or all of a file's bytes.
   *
   * @param offset of the first byte in the file: what was asked for, or 0 where the server does not
   *     do ranges
   * @param body closed by the caller
   */
  record Transfer(long offset, InputStream body) {}

  /**
   * Begins to receive a file.
   *
   * @param from the first byte wanted; less than the file's size
   */
  Transfer open(Snapshot snapshot, RemoteFile file, long from)
      throws IOException, InterruptedException {
    URI address = snapshot.model().file(snapshot.commit(), file.name());
    HttpResponse<InputStream> response =
        http.send(
            "GET",
            address,
            from == 0 ? Map.of() : Map.of("Range", "bytes=%d-".formatted(from)),
            Follow.ANYWHERE);
    InputStream body = watched(response);
    try {
      return new Transfer(offset(snapshot, address, file, from, response), body);
    } catch (IOException e) {
      body.close();
      throw e;
    }
  }

  private long offset(
      Snapshot snapshot, URI address, RemoteFile file, long from, HttpResponse<?> response)
      throws IOException {
    return switch (response.statusCode()) {
      case 200 -> {
        requireSize(file, response.headers().firstValueAsLong("Content-Length"), response);
        yield 0;
      }
      case 206 -> {
        Matcher range =
            CONTENT_RANGE.matcher(response.headers().firstValue("Content-Range").orElse(""));
        if (!range.matches() || !range.group(1).equals(Long.toString(from))) {
          throw new IOException("%s sends another part".formatted(response.uri().getHost()));
        }
        if (!range.group(2).equals("*")) {
          requireSize(file, OptionalLong.of(Long.parseLong(range.group(2))), response);
        }
        yield from;
      }
      default -> throw refused(snapshot, address, response, file.name());
    };
  }

  private static void requireSize(RemoteFile file, OptionalLong size, HttpResponse<?> response)
      throws HubException {
    if (size.isPresent() && size.getAsLong() != file.size()) {
      throw new HubException(
          "%s is %d bytes at %s, but the repository says %d"
              .formatted(file.name(), size.getAsLong(), response.uri().getHost(), file.size()));
    }
  }

  private IOException refused(
      Snapshot snapshot, URI address, HttpResponse<?> response, String name) {
    boolean elsewhere = !Origin.of(response.uri()).equals(Origin.of(address));
    if (response.statusCode() == 403 && elsewhere) {
      // Storage is reached by signed addresses, which expire: the hub gives a fresh one.
      return new Hiccup(
          "%s refuses %s".formatted(response.uri().getHost(), name), Optional.empty());
    }
    return new Refusals(snapshot.model(), snapshot.commit(), http.sendsToken(address))
        .of(response, Optional.of(name));
  }

  private InputStream watched(HttpResponse<InputStream> response) {
    return new WatchedStream(response.body(), limits.stall(), timer);
  }

  /** Breaks off what is open. */
  @Override
  public void close() {
    timer.shutdownNow();
    http.close();
  }
}
