package dev.argus.gateway.http;

import com.google.protobuf.ByteString;
import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.InvalidInput;
import dev.argus.base.failure.Overloaded;
import dev.argus.base.resource.DeadlineTimer;
import dev.argus.gateway.http.ChatRequest.RemotePicture;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.Context.CancellationListener;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/**
 * Fetches pictures by URLs that strangers wrote, without being led into networks that strangers
 * have no access to.
 *
 * <p>Design. A URL is taken apart strictly and its host must be allowed. The name is resolved once,
 * by the connection itself: every address must be public, and the connection goes to one of them,
 * so that a second answer of the name service has nothing to say. A redirect is a URL like any
 * other. Time is limited from outside, by closing the connection; size is counted as bytes arrive,
 * whatever the headers say. No cookies, no credentials, no proxy, no decompression.
 *
 * <p>Thread-safe. Cancelling the caller's gRPC context ends its fetch.
 */
public final class RemotePictures implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int CONNECTIONS = 64;

  /** Of one request. */
  private static final int AT_ONCE = 4;

  private static final ThreadFactory VIRTUAL =
      Thread.ofVirtual().name("argus-gateway-fetch-", 0).factory();

  private final PictureSources sources;
  private final HeldBytes held;
  private final NameLookup names;
  private final CloseableHttpClient client;
  private final ScheduledExecutorService timer = DeadlineTimer.start("argus-gateway-pictures");

  /**
   * Fetches from public addresses.
   *
   * @param held counts pictures until their request has ended
   */
  public RemotePictures(PictureSources sources, HeldBytes held) {
    this(sources, held, InetAddress::getAllByName, PublicAddresses::contains);
  }

  /**
   * @param reachable which addresses may be connected to
   */
  RemotePictures(
      PictureSources sources,
      HeldBytes held,
      NameLookup.Resolver resolver,
      Predicate<InetAddress> reachable) {
    this.sources = sources;
    this.held = held;
    this.names = new NameLookup(resolver, reachable);
    this.client = client(names, Timeout.of(sources.timeLimit()));
  }

  private static CloseableHttpClient client(NameLookup names, Timeout limit) {
    var connections =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setDnsResolver(names)
            .setDefaultConnectionConfig(
                ConnectionConfig.custom().setConnectTimeout(limit).setSocketTimeout(limit).build())
            .setMaxConnTotal(CONNECTIONS)
            .setMaxConnPerRoute(CONNECTIONS)
            .build();
    return HttpClients.custom()
        .setConnectionManager(connections)
        .setConnectionReuseStrategy((_, _, _) -> false)
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setResponseTimeout(limit)
                .setConnectionRequestTimeout(limit)
                .build())
        .setUserAgent("Argus")
        .disableRedirectHandling()
        .disableAutomaticRetries()
        .disableCookieManagement()
        .disableAuthCaching()
        .disableContentCompression()
        .build();
  }

  /** What one request's pictures take; to be closed when the request has ended. */
  PictureBudget budget() {
    return new PictureBudget(sources.maxTotalBytes(), held);
  }

  /**
   * Fetches pictures, a few at a time; waits for all of them.
   *
   * @param budget of the request
   * @return their files, in the same order
   * @throws InvalidInput naming one that may not be fetched, or cannot be
   * @throws Overloaded when too many are being fetched, or held
   * @throws Cancelled when the caller's context is cancelled
   */
  List<ByteString> fetch(List<RemotePicture> wanted, PictureBudget budget) {
    if (wanted.size() > sources.maxCount()) {
      throw new InvalidInput(
          wanted.get(sources.maxCount()).field(),
          "is one picture by URL too many; a request may have %d".formatted(sources.maxCount()));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE, VIRTUAL);
        CancellableContext together = Context.current().withCancellation()) {
      List<Future<ByteString>> fetches = new ArrayList<>();
      for (RemotePicture picture : wanted) {
        fetches.add(threads.submit(together.wrap(() -> fetch(picture, budget))));
      }
      List<ByteString> files = new ArrayList<>();
      for (Future<ByteString> fetch : fetches) {
        files.add(await(fetch)); // When one fails, the others are cancelled on the way out.
      }
      return files;
    }
  }

  private static ByteString await(Future<ByteString> fetch) {
    try {
      return fetch.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException known
          ? known
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Cancelled("Interrupted while pictures were fetched");
    }
  }

  private ByteString fetch(RemotePicture picture, PictureBudget budget) {
    if (sources.hosts().isEmpty()) {
      throw new InvalidInput(
          picture.field(),
          "is not a data: URL, and this server fetches no pictures (argus.gateway.http.image-hosts"
              + " names the hosts that it may fetch from)");
    }
    Context caller = Context.current();
    try (CancellableContext limited =
        caller.withDeadlineAfter(sources.timeLimit().toNanos(), TimeUnit.NANOSECONDS, timer)) {
      Context before = limited.attach();
      try {
        return fetch(PictureUrl.parse(picture.url()), budget);
      } catch (IOException e) {
        if (caller.isCancelled()) {
          throw new Cancelled("The caller cancelled");
        }
        Refusal refusal = limited.isCancelled() ? tooSlow() : refusal(e);
        throw new InvalidInput(picture.field(), refusal.problem(), e);
      } finally {
        limited.detach(before);
      }
    }
  }

  private ByteString fetch(PictureUrl first, PictureBudget budget) throws IOException {
    PictureUrl url = first;
    for (int redirects = 0; redirects <= sources.maxRedirects(); redirects++) {
      if (!sources.allow(url.uri())) {
        throw new Refusal(
            (redirects == 0 ? "is" : "redirects to a URL that is")
                + " on a host or a port that this server does not fetch pictures from");
      }
      Fetched fetched = get(url, budget);
      if (fetched.elsewhere().isEmpty()) {
        return fetched.data();
      }
      url = url.redirected(fetched.elsewhere().get());
    }
    throw new Refusal("redirects more than %d times".formatted(sources.maxRedirects()));
  }

  private Fetched get(PictureUrl url, PictureBudget budget) throws IOException {
    HttpGet get = new HttpGet(url.uri());
    Context context = Context.current();
    CancellationListener ending = _ -> get.cancel();
    context.addListener(ending, Runnable::run);
    try {
      return client.execute(get, response -> read(response, budget));
    } finally {
      context.removeListener(ending);
    }
  }

  private Refusal tooSlow() {
    return new Refusal("did not arrive within %d ms".formatted(sources.timeLimit().toMillis()));
  }

  private static Refusal refusal(IOException failure) {
    return switch (failure) {
      case Refusal known -> known;
      case NameLookup.RefusedAddress _ ->
          new Refusal("is on a host that has no public address, or not only public ones");
      case UnknownHostException _ -> new Refusal("is on a host that cannot be found");
      default -> new Refusal("cannot be fetched: " + failure.getMessage());
    };
  }

  private Fetched read(ClassicHttpResponse response, PictureBudget budget) throws IOException {
    int status = response.getCode();
    if (status >= 300 && status < 400 && response.containsHeader(HttpHeaders.LOCATION)) {
      return new Fetched(
          ByteString.EMPTY, Optional.of(response.getFirstHeader(HttpHeaders.LOCATION).getValue()));
    }
    if (status != 200) {
      throw new Refusal("is answered with status " + status);
    }
    if (response.containsHeader(HttpHeaders.CONTENT_LENGTH)
        && response.containsHeader(HttpHeaders.TRANSFER_ENCODING)) {
      throw new Refusal("is answered with contradicting lengths");
    }
    HttpEntity entity = response.getEntity();
    if (entity == null) {
      throw new Refusal("is answered with nothing");
    }
    if (entity.getContentLength() > sources.maxBytes()) {
      throw tooLarge();
    }
    return new Fetched(readBody(entity.getContent(), budget), Optional.empty());
  }

  private ByteString readBody(InputStream body, PictureBudget budget) throws IOException {
    ByteString.Output data = ByteString.newOutput();
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
      data.write(buffer, 0, count);
      if (data.size() > sources.maxBytes()) {
        throw tooLarge();
      }
      budget.take(count);
    }
    return data.toByteString();
  }

  private Refusal tooLarge() {
    return new Refusal("is larger than %d bytes".formatted(sources.maxBytes()));
  }

  /** Ends open fetches. */
  @Override
  public void close() {
    client.close(CloseMode.IMMEDIATE);
    names.close();
    timer.shutdownNow();
  }

  /**
   * What a GET led to.
   *
   * @param elsewhere where the server sent it on to
   */
  private record Fetched(ByteString data, Optional<String> elsewhere) {}
}
