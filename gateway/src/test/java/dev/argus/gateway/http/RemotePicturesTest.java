package dev.argus.gateway.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.InvalidInput;
import dev.argus.base.failure.Overloaded;
import dev.argus.base.timeline.Activity;
import dev.argus.base.timeline.ActivityKind;
import dev.argus.base.timeline.Timeline;
import dev.argus.gateway.http.ChatRequest.RemotePicture;
import dev.argus.v1.Detail;
import dev.argus.v1.GenerateRequest;
import io.grpc.Context;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures by URL: what is fetched, and what hostile URLs come to. */
@Timeout(30)
class RemotePicturesTest {
  private static final String FIELD = "messages[0].content[1].image_url.url";
  private static final int MAX_BYTES = 100_000;
  private static final int MAX_TOTAL_BYTES = 150_000;
  private static final int MAX_COUNT = 8;
  private static final Duration TIME_LIMIT = Duration.ofSeconds(20);
  private static final Duration SHORT_TIME_LIMIT = Duration.ofMillis(500);

  /** Stands for a public address: the only one of this host that may be connected to. */
  private static final InetAddress PUBLIC = InetAddress.ofLiteral("127.0.0.77");

  private final HostileServer server = new HostileServer(PUBLIC);
  private final AtomicInteger lookups = new AtomicInteger();
  private final HeldBytes held = new HeldBytes(200_000);
  private final CountDownLatch nameServer = new CountDownLatch(1);
  private final RemotePictures pictures = pictures(TIME_LIMIT, "*", "*:" + server.port());
  private final RemotePictures hasty = pictures(SHORT_TIME_LIMIT, "*", "*:" + server.port());

  RemotePicturesTest() throws IOException {}

  @AfterEach
  void close() {
    nameServer.countDown();
    pictures.close();
    hasty.close();
    server.close();
    assertThat(held.now()).isZero();
  }

  @Test
  void fetchesAPictureByItsLengthByChunksOrToTheEnd() {
    server.on("/length", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
    server.on(
        "/chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
    server.on("/end", "HTTP/1.1 200 OK\r\n\r\nabc");
    server.on("/moved", "HTTP/1.1 302 Found\r\nLocation: /length\r\nContent-Length: 0\r\n\r\n");

    assertThat(List.of("/length", "/chunks", "/end", "/moved"))
        .allSatisfy(path -> assertThat(fetch(pictures, at(path)).toStringUtf8()).isEqualTo("abc"));
  }

  @Test
  void theNameIsResolvedOnceAndTheConnectionGoesWhereItWasChecked() {
    server.on("/", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na");

    // The second answer of the name service would be a private address.
    assertThat(fetch(pictures, "http://rebinding.test:%d/".formatted(server.port())).size())
        .isEqualTo(1);
    assertThat(lookups).hasValue(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://2130706433/a.png               | names its host by a number",
        "http://0x7f000001/a.png               | names its host by a number",
        "http://0x7f.0.0.1/a.png               | is no URL",
        "http://0177.0.0.1/a.png               | names its host by a number",
        "http://127.1/a.png                    | is no URL",
        "http://127.0.0.1/a.png                | is on a host that has no public address",
        "http://127.0.0.1./a.png               | is no URL",
        "http://0.0.0.0/a.png                  | is on a host that has no public address",
        "http://10.1.2.3/a.png                 | is on a host that has no public address",
        "http://169.254.169.254/latest/meta-data | is on a host that has no public address",
        "http://100.64.0.1/a.png               | is on a host that has no public address",
        "http://224.0.0.1/a.png                | is on a host that has no public address",
        "http://255.255.255.255/a.png          | is on a host that has no public address",
        "http://[::1]/a.png                    | is on a host that has no public address",
        "http://[::]/a.png                     | is on a host that has no public address",
        "http://[::ffff:127.0.0.1]/a.png       | is on a host that has no public address",
        "http://[::ffff:a9fe:a9fe]/a.png       | is on a host that has no public address",
        "http://[::127.0.0.1]/a.png            | is on a host that has no public address",
        "http://[64:ff9b::7f00:1]/a.png        | is on a host that has no public address",
        "http://[2002:7f00:1::]/a.png          | is on a host that has no public address",
        "http://[fe80::1]/a.png                | is on a host that has no public address",
        "http://[fd00::1]/a.png                | is on a host that has no public address",
        "http://[ff02::1]/a.png                | is on a host that has no public address",
        "http://private.test/a.png             | is on a host that has no public address",
        "http://mixed.test/a.png               | is on a host that has no public address",
        "http://nowhere.test/a.png             | is on a host that cannot be found",
        "file:///etc/passwd                    | must be a data:, https: or http: URL",
        "gopher://pictures.test/a.png          | must be a data:, https: or http: URL",
        "ftp://pictures.test/a.png             | must be a data:, https: or http: URL",
        "jar:http://pictures.test/a.jar!/a.png | must be a data:, https: or http: URL",
        "//pictures.test/a.png                 | must be a data:, https: or http: URL",
        "http://pictures.test@127.0.0.1/a.png  | must not hold a user's name",
        "http://user:secret@pictures.test/     | must not hold a user's name",
        "http://127.0.0.1\\@pictures.test/     | is no URL",
        "http://pictures.test#@127.0.0.1/\\    | is no URL",
        "http://pictures.test:22/a.png         | is on a host or a port that this server does not",
        "http:///a.png                         | names no host",
        "http:a.png                            | names no host",
      })
  void refusesAHostileUrl(String url, String problem) {
    assertRefused(url, problem);
    assertThat(server.connections()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1/a.png",
        "http://169.254.169.254/latest/meta-data",
        "http://[::ffff:127.0.0.1]/",
        "http://private.test/",
        "file:///etc/passwd",
        "http://2130706433/",
        "//user@pictures.test/",
      })
  void refusesARedirectToAHostileUrl(String target) {
    server.on(
        "/moved",
        "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n".formatted(target));

    assertThatThrownBy(() -> fetch(pictures, at("/moved")))
        .isInstanceOf(InvalidInput.class)
        .hasMessageStartingWith(FIELD);
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void refusesEndlessRedirects() {
    server.on("/round", "HTTP/1.1 307 Again\r\nLocation: /round\r\nContent-Length: 0\r\n\r\n");

    assertRefused(at("/round"), "redirects more than 3 times");
    assertThat(server.connections()).isEqualTo(4);
  }

  @Test
  void refusesABodyThatComesTooSlowly() {
    server.onEndlessly("/slow", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", "a", 50);
    assertRefused(hasty, at("/slow"), "did not arrive within 500 ms");
  }

  @Test
  void refusesHeadersThatNeverEnd() {
    server.onEndlessly("/slow", "HTTP/1.1 200 OK\r\n", "X: y\r\n", 50);
    assertRefused(hasty, at("/slow"), "did not arrive within 500 ms");
  }

  @Test
  void refusesAnEndlessBody() {
    server.onEndlessly("/endless", "HTTP/1.1 200 OK\r\n\r\n", "a".repeat(10_000), 0);
    assertRefused(at("/endless"), "is larger than 100000 bytes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Content-Length: 10                               | abc | cannot be fetched: Premature end",
        "Content-Length: 999999999999                     | abc | is larger than 100000 bytes",
        "Content-Length: 3~Content-Length: 4              | abc | cannot be fetched: Multiple Content-Length",
        "Content-Length: 3~Transfer-Encoding: chunked     | 0~~ | is answered with contradicting lengths",
        "Content-Length: -1                               | abc | cannot be fetched",
        "Content-Length: three                            | abc | cannot be fetched",
        "Transfer-Encoding: chunked                       | 9~ab | cannot be fetched",
      })
  void refusesALengthThatIsNotTrue(String headers, String body, String problem) {
    server.on(
        "/",
        "HTTP/1.1 200 OK\r\n%s\r\n\r\n%s"
            .formatted(headers.replace("~", "\r\n"), body.replace("~", "\r\n")));
    assertRefused(at("/"), problem);
  }

  @Test
  void refusesWhatIsNoPictureOfTheServers() {
    server.on("/", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    assertRefused(at("/"), "is answered with status 404");
  }

  @Test
  void fetchesFromAllowedHostsAlone() {
    try (RemotePictures few =
        pictures(TIME_LIMIT, "pictures.test:" + server.port(), "*.example.com")) {
      server.on("/", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na");
      assertThat(fetch(few, at("/")).size()).isEqualTo(1);
      assertThat(
              List.of(
                  "http://pictures.test/",
                  "http://evilpictures.test:" + server.port(),
                  "http://pictures.test.evil.org:" + server.port(),
                  "http://example.com/",
                  "http://evilexample.com/"))
          .allSatisfy(url ->
              assertThatThrownBy(() -> fetch(few, url))
                  .hasMessageStartingWith(FIELD + " is on a host or a port that this server"));
      assertThatThrownBy(() -> fetch(few, "http://a.example.com/"))
          .hasMessage(FIELD + " is on a host that cannot be found");
    }
  }

  @Test
  void fetchesNothingWhereNoHostIsAllowed() {
    try (RemotePictures off = pictures(TIME_LIMIT)) {
      assertThatThrownBy(() -> fetch(off, at("/")))
          .isInstanceOf(InvalidInput.class)
          .hasMessageContaining("this server fetches no pictures");
    }
  }

  @Test
  void aNameServerThatDoesNotAnswerIsNotWaitedFor() {
    assertRefused(
        hasty, "http://slow.test:%d/".formatted(server.port()), "did not arrive within 500 ms");
  }

  @Test
  void namesThatNobodyAnswersForFillNoMoreThanTheirThreads() throws Exception {
    String slow = "http://slow.test:%d/".formatted(server.port());
    List<Thread> waiting = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      waiting.add(Thread.ofVirtual().start(() -> assertThatThrownBy(() -> fetch(hasty, slow))));
    }
    for (Thread thread : waiting) {
      thread.join();
    }
    // All threads that look names up are still held.
    assertRefused(hasty, slow, "did not arrive within 500 ms");
    nameServer.countDown();
    server.on("/", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na");
    assertThat(fetch(hasty, at("/")).size()).isEqualTo(1);
  }

  @Test
  void fetchesSideBySideAndKeepsTheOrder() {
    CyclicBarrier both = new CyclicBarrier(2);
    for (String name : List.of("a", "b")) {
      server.on(
          "/" + name,
          out -> {
            meet(both); // Neither is answered before the other is asked for.
            out.write(("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + name).getBytes(US_ASCII));
          });
    }

    assertThat(fetch(pictures, picture(at("/a"), "a"), picture(at("/b"), "b")))
        .extracting(ByteString::toStringUtf8)
        .containsExactly("a", "b");
  }

  @Test
  void aRequestGetsItsPicturesInTheirPlacesAndTheWaitIsInItsAnatomy() {
    server.on("/a", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na");
    ChatRequest chat =
        ChatRequestReader.read(
            """
            {"messages": [{"role": "user", "content": [
              {"type": "text", "text": "Which?"},
              {"type": "image_url", "image_url": {"url": "%s", "detail": "high"}},
              {"type": "image_url", "image_url": {"url": "data:image/png;base64,Yg=="}}]}]}
            """
                .formatted(at("/a"))
                .getBytes(UTF_8));
    Timeline timeline = Timeline.start();
    GenerateRequest complete;
    try (PictureBudget budget = pictures.budget()) {
      complete = chat.complete(pictures, budget, timeline);
      assertThat(held.now()).isEqualTo(1);
    }

    assertThat(complete.getMessages(0).getContentList())
        .extracting(part -> part.getImage().getData().toStringUtf8())
        .containsExactly("", "a", "b");
    assertThat(complete.getMessages(0).getContent(1).getImage().getDetail())
        .isEqualTo(Detail.DETAIL_HIGH);
    assertThat(timeline.activities())
        .singleElement()
        .returns(ActivityKind.FETCH, Activity::kind)
        .returns(1, Activity::items);
  }

  @Test
  void aFailureEndsTheOtherFetchesOfTheRequest() {
    server.onEndlessly("/slow", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", "", 10);
    server.on("/gone", "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n");

    assertThatThrownBy(() -> fetch(pictures, picture(at("/gone"), "a"), picture(at("/slow"), "b")))
        .hasMessage("a is answered with status 410");
  }

  @Test
  void refusesPicturesThatAreTooManyOrTooLargeTogether() {
    String large = "a".repeat(MAX_BYTES - 1);
    server.on("/", "HTTP/1.1 200 OK\r\n\r\n" + large);

    assertThatThrownBy(() -> fetch(pictures, picture(at("/"), FIELD), picture(at("/"), FIELD)))
        .isInstanceOf(InvalidInput.class)
        .hasMessage(
            FIELD
                + " and the request's other pictures by URL have more than 150000 bytes together");
    int before = server.connections();
    assertThatThrownBy(() ->
            fetch(
                pictures,
                Collections.nCopies(MAX_COUNT + 1, picture(at("/"), FIELD))
                    .toArray(RemotePicture[]::new)))
        .hasMessage(FIELD + " is one picture by URL too many; a request may have 8");
    assertThat(server.connections()).isEqualTo(before);
  }

  @Test
  void refusesForNowWhatAllRequestsTogetherMayNotHold() {
    server.on("/", "HTTP/1.1 200 OK\r\n\r\n" + "a".repeat(50_000));
    assertThat(held.take(160_000)).isTrue();

    assertThatThrownBy(() -> fetch(pictures, at("/"))).isInstanceOf(Overloaded.class);
    held.giveBack(160_000);
    assertThat(fetch(pictures, at("/")).size()).isEqualTo(50_000);
  }

  @Test
  void aCallerWhoGoesEndsTheFetch() throws Exception {
    server.onEndlessly("/slow", "HTTP/1.1 200 OK\r\n\r\n", "a", 10);
    Context.CancellableContext caller = Context.ROOT.withCancellation();
    try (var timer = Executors.newSingleThreadScheduledExecutor()) {
      var leaving = timer.schedule(() -> caller.cancel(null), 50, MILLISECONDS);
      assertThatThrownBy(() -> caller.call(() -> fetch(pictures, at("/slow"))))
          .isInstanceOf(Cancelled.class);
      leaving.get();
    }
  }

  private void assertRefused(String url, String problem) {
    assertRefused(pictures, url, problem);
  }

  private static void assertRefused(RemotePictures from, String url, String problem) {
    assertThatThrownBy(() -> fetch(from, url))
        .isInstanceOfSatisfying(
            InvalidInput.class, refused -> assertThat(refused.field()).isEqualTo(FIELD))
        .hasMessageStartingWith(FIELD + " " + problem);
  }

  private static void meet(CyclicBarrier barrier) throws IOException {
    try {
      barrier.await(10, SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new IOException(e);
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    boolean interrupted = false;
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static ByteString fetch(RemotePictures from, String url) {
    return fetch(from, picture(url, FIELD)).getFirst();
  }

  private static List<ByteString> fetch(RemotePictures from, RemotePicture... wanted) {
    try (PictureBudget budget = from.budget()) {
      return from.fetch(List.of(wanted), budget);
    }
  }

  private static RemotePicture picture(String url, String field) {
    return new RemotePicture(0, 0, url, field);
  }

  private String at(String path) {
    return "http://pictures.test:%d%s".formatted(server.port(), path);
  }

  private RemotePictures pictures(Duration timeLimit, String... hosts) {
    return new RemotePictures(
        new PictureSources(List.of(hosts), MAX_BYTES, MAX_TOTAL_BYTES, MAX_COUNT, timeLimit, 3),
        held,
        this::resolve,
        address -> address.equals(PUBLIC) || PublicAddresses.contains(address));
  }

  private InetAddress[] resolve(String host) throws UnknownHostException {
    InetAddress inside = InetAddress.ofLiteral("192.168.0.7");
    return switch (host) {
      case "pictures.test" -> new InetAddress[] {PUBLIC};
      case "private.test" -> new InetAddress[] {inside};
      case "mixed.test" -> new InetAddress[] {PUBLIC, inside};
      case "slow.test" -> {
        awaitUninterruptibly(nameServer); // As the system's lookup does.
        yield new InetAddress[] {PUBLIC};
      }
      case "rebinding.test" -> new InetAddress[] {lookups.incrementAndGet() == 1 ? PUBLIC : inside};
      default -> {
        try {
          yield new InetAddress[] {InetAddress.ofLiteral(host)};
        } catch (IllegalArgumentException e) {
          throw new UnknownHostException(host);
        }
      }
    };
  }
}
