package dev.argus.gateway.grpc.discovery;

import dev.argus.gateway.grpc.discovery.SliceApi.Listing;
import dev.argus.gateway.grpc.discovery.WatchEvent.Bookmark;
import dev.argus.gateway.grpc.discovery.WatchEvent.Changed;
import dev.argus.gateway.grpc.discovery.WatchEvent.Deleted;
import dev.argus.gateway.grpc.discovery.WatchEvent.Failed;
import io.kubernetes.client.openapi.ApiException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a Service's endpoints.
 *
 * <p>Design. A thread lists the slices, then watches them from the list's version on. A watch that
 * the server ends is taken up again from the last version that it told, be it by a bookmark. After
 * anything else (410 Gone, a broken or silent connection, a server that does not answer) all is
 * listed anew, after a pause that grows with each failure. Meanwhile, what is known holds: an API
 * server that restarts takes no replica away from those who know it.
 */
final class EndpointWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EndpointWatch.class);

  /** A watch that ends sooner and told nothing counts as a failure, lest it be asked in a loop. */
  private static final Duration SHORT = Duration.ofSeconds(1);

  private final String service;
  private final SliceApi api;
  private final Optional<String> port;
  private final WatchTiming timing;
  private final Listener listener;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final KnownSlices known = new KnownSlices(); // this and below owned by the thread
  private boolean listed;
  private int failures;
  private String version = "";

  /**
   * @param service for log lines
   * @param port as {@link ServiceTarget#port} has it
   */
  EndpointWatch(
      String service, SliceApi api, Optional<String> port, WatchTiming timing, Listener listener) {
    this.service = service;
    this.api = api;
    this.port = port;
    this.timing = timing;
    this.listener = listener;
  }

  /** Hears of the endpoints, on the watch's thread. */
  interface Listener {
    /** These may be called; perhaps the same as before. */
    void endpoints(List<InetSocketAddress> callable);

    /** Nothing is known yet, and why. */
    void unknown(String reason);
  }

  /** Follows until it is closed. */
  void run() {
    while (!isClosed()) {
      try {
        follow();
      } catch (IOException | ApiException | RuntimeException e) {
        failed(e);
      }
    }
  }

  /** Ends {@link #run}. */
  @Override
  public void close() {
    closed.countDown();
    api.close();
  }

  private void follow() throws IOException, ApiException {
    Listing listing = api.list();
    known.replace(listing.slices());
    version = listing.version();
    if (failures > 0) {
      LOG.info("The endpoints of {} are known again", service);
    }
    listed = true;
    publish();
    while (!isClosed()) {
      long begun = System.nanoTime();
      String before = version;
      api.watch(version, this::heard);
      boolean silent = before.equals(version);
      if (silent && System.nanoTime() - begun < SHORT.toNanos()) {
        throw new IOException("the watch was ended at once");
      }
      failures = 0;
    }
  }

  private boolean heard(WatchEvent event) {
    switch (event) {
      case Changed(EndpointSlice slice, String at) -> {
        known.put(slice);
        reached(at);
        publish();
      }
      case Deleted(String name, String at) -> {
        known.remove(name);
        reached(at);
        publish();
      }
      case Bookmark(String at) -> reached(at);
      case Failed(int code, String message) ->
          throw new IllegalStateException("the watch failed with %d %s".formatted(code, message));
    }
    return !isClosed();
  }

  private void reached(String at) {
    version = at;
    failures = 0;
  }

  private void publish() {
    listener.endpoints(known.callable(port));
  }

  private void failed(Exception failure) {
    if (isClosed()) {
      return;
    }
    failures++;
    String reason = failure.toString().lines().findFirst().orElse("");
    Duration pause = timing.pause(failures, ThreadLocalRandom.current().nextDouble());
    if (!listed) {
      listener.unknown(reason);
    }
    if (failures == 1) {
      LOG.warn(
          "The endpoints of {} cannot be watched, and stay as they are known: {}", service, reason);
    } else {
      LOG.debug("The endpoints of {} still cannot be watched: {}", service, reason);
    }
    try {
      var _ = closed.await(pause.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      close();
    }
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }
}
