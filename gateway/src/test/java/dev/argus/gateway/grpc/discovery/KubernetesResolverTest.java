package dev.argus.gateway.grpc.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.gateway.grpc.discovery.StubApiServer.Endpoint;
import io.grpc.NameResolver.Listener2;
import io.grpc.NameResolver.ResolutionResult;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
final class KubernetesResolverTest {
  private static final int PORT = 7072;
  private static final String A = "10.0.0.1";
  private static final String B = "10.0.0.2";
  private static final String C = "10.0.0.3";
  private static final WatchTiming PATIENT =
      new WatchTiming(
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          Duration.ofMillis(5),
          Duration.ofMillis(50));

  /** Takes a watch that is silent for two seconds for dead. */
  private static final WatchTiming IMPATIENT =
      new WatchTiming(
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofMillis(5),
          Duration.ofMillis(50));

  private final StubApiServer api = new StubApiServer();
  private final Resolved resolved = new Resolved();
  private final SynchronizationContext context =
      new SynchronizationContext((_, failure) -> resolved.told.add(failure.toString()));

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void followsWhatIsAddedChangedAndDeleted() throws Exception {
    api.put("slice-1", PORT, Endpoint.ready(A));
    try (var _ = resolve("k8s:///encoder", PATIENT)) {
      resolved.awaits(A);
      api.put("slice-2", PORT, Endpoint.ready(B));
      resolved.awaits(A, B);
      api.put("slice-1", PORT, Endpoint.ready(A), Endpoint.ready(C));
      resolved.awaits(A, B, C);
      api.delete("slice-2");
      resolved.awaits(A, C);
    }
  }

  @Test
  void onlyEndpointsThatTakeNewCallsCount() throws Exception {
    api.put(
        "slice-1",
        PORT,
        Endpoint.ready(A),
        Endpoint.terminating(B),
        new Endpoint(C, "{\"ready\":false}"),
        new Endpoint("10.0.0.4", "{\"ready\":true,\"terminating\":true}"),
        new Endpoint("10.0.0.5", "{}"));
    try (var _ = resolve("k8s:///vision/encoder:grpc", PATIENT)) {
      resolved.awaits(A, "10.0.0.5");
      api.put("slice-1", PORT, Endpoint.terminating(A));
      assertThat(resolved.told.take()).contains("has no endpoint that is ready");
    }
  }

  @Test
  void aWatchThatEndsIsTakenUpFromTheLastBookmark() throws Exception {
    api.put("slice-1", PORT, Endpoint.ready(A));
    try (var _ = resolve("k8s:///encoder", PATIENT)) {
      resolved.awaits(A);
      int version = api.bookmark();
      api.endWatch();
      requested("watch " + version);
      api.put("slice-2", PORT, Endpoint.ready(B));
      resolved.awaits(A, B);

      assertThat(api.requests).doesNotContain("list");
    }
  }

  @Test
  void afterGoneAllIsListedAnew() throws Exception {
    api.put("slice-1", PORT, Endpoint.ready(A));
    try (var _ = resolve("k8s:///encoder", PATIENT)) {
      resolved.awaits(A);
      api.bookmark();
      api.putUnheard("slice-2", PORT, Endpoint.ready(B));
      api.compact();
      api.endWatch();
      resolved.awaits(A, B);
      api.put("slice-3", PORT, Endpoint.ready(C));
      resolved.awaits(A, B, C);
    }
  }

  @Test
  void aBrokenConnectionLosesNothing() throws Exception {
    api.put("slice-1", PORT, Endpoint.ready(A));
    try (var _ = resolve("k8s:///encoder", PATIENT)) {
      resolved.awaits(A);
      api.putUnheard("slice-2", PORT, Endpoint.ready(B));
      api.breakWatch();
      resolved.awaits(A, B);
    }
  }

  @Test
  void whatIsKnownHoldsWhileTheServerIsAway() throws Exception {
    api.put("slice-1", PORT, Endpoint.ready(A));
    try (var _ = resolve("k8s:///encoder", PATIENT)) {
      resolved.awaits(A);
      api.stop();
      api.putUnheard("slice-1", PORT, Endpoint.ready(A), Endpoint.ready(C));
      api.restart();
      resolved.awaits(A, C);

      assertThat(resolved.mistakes).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 429, 500, 503})
  void whatIsKnownHoldsWhileTheServerRefuses(int status) throws Exception {
    api.put("slice-1", PORT, Endpoint.ready(A));
    try (var _ = resolve("k8s:///encoder", PATIENT)) {
      resolved.awaits(A);
      api.requests.clear();
      api.refusal = status;
      api.endWatch();
      for (int tries = 0; tries < 4; tries++) {
        api.requests.take();
      }
      api.putUnheard("slice-1", PORT, Endpoint.ready(B));
      api.refusal = 0;
      resolved.awaits(B);

      assertThat(resolved.mistakes).isEmpty();
    }
  }

  @Test
  void aServerThatAnswersLateIsWaitedFor() throws Exception {
    api.put("slice-1", PORT, Endpoint.ready(A));
    var held = api.hold();
    try (var _ = resolve("k8s:///encoder", PATIENT)) {
      requested("list");
      assertThat(resolved.told).isEmpty();
      held.complete(null);
      resolved.awaits(A);
    }
  }

  @Test
  void aWatchThatWentSilentIsReplaced() throws Exception {
    api.put("slice-1", PORT, Endpoint.ready(A));
    try (var _ = resolve("k8s:///encoder", IMPATIENT)) {
      resolved.awaits(A);
      api.putUnheard("slice-1", PORT, Endpoint.ready(B)); // The connection stays open.
      resolved.awaits(B);

      assertThat(resolved.mistakes).isEmpty();
    }
  }

  @Test
  void beforeAnythingIsKnownTheReasonIsTold() throws Exception {
    api.refusal = 403;
    api.put("slice-1", PORT, Endpoint.ready(A));
    try (var _ = resolve("k8s:///encoder", PATIENT)) {
      assertThat(resolved.told.take()).contains("cannot be looked up yet").contains("403");
      api.refusal = 0;
      resolved.awaits(A);
    }
  }

  @Test
  void aPortMayBeNamedOrNumbered() throws Exception {
    api.put("slice-1", PORT, Endpoint.ready(A));
    try (var _ = resolve("k8s:///encoder:metrics", PATIENT)) {
      resolved.awaitsExactly("/10.0.0.1:9464");
    }
    try (var _ = resolve("k8s:///encoder:9000", PATIENT)) {
      resolved.awaitsExactly("/10.0.0.1:9000");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "k8s:///",
        "k8s://encoder",
        "k8s:///Encoder",
        "k8s:///a/b/c",
        "k8s:///encoder:",
        "k8s:///encoder:7072:1"
      })
  void whatNamesNoServiceIsRefused(String target) {
    assertThatThrownBy(() -> ServiceTarget.parse(URI.create(target)))
        .hasMessageContaining("k8s:///[namespace/]service[:port], not " + target);
  }

  @Test
  void aTargetsPartsAreRead() {
    assertThat(ServiceTarget.parse(URI.create("k8s:///vision/demo-encoder:7072")))
        .isEqualTo(new ServiceTarget(Optional.of("vision"), "demo-encoder", Optional.of("7072")));
    assertThat(ServiceTarget.parse(URI.create("k8s:///demo-encoder")))
        .isEqualTo(new ServiceTarget(Optional.empty(), "demo-encoder", Optional.empty()));
  }

  @Test
  void pausesGrowAndAreNeverTheSameForAll() {
    WatchTiming timing = WatchTiming.DEFAULT;

    assertThat(timing.pause(1, 0)).isEqualTo(Duration.ofMillis(125));
    assertThat(timing.pause(1, 1)).isEqualTo(Duration.ofMillis(250));
    assertThat(timing.pause(3, 1)).isEqualTo(Duration.ofSeconds(1));
    assertThat(timing.pause(1_000, 1)).isEqualTo(Duration.ofSeconds(15));
  }

  /** Waits for a request, past others. */
  private void requested(String request) throws InterruptedException {
    while (!api.requests.take().equals(request)) {
      // An earlier one.
    }
  }

  private AutoCloseable resolve(String target, WatchTiming timing) {
    var resolver =
        new KubernetesResolver(
            ServiceTarget.parse(URI.create(target)), api.access(timing), context);
    resolver.start(resolved);
    return resolver::shutdown;
  }

  /** What a channel is told. */
  private static final class Resolved extends Listener2 {
    final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    /** What was told once something was known, and is not addresses. */
    final BlockingQueue<String> mistakes = new LinkedBlockingQueue<>();

    private boolean known;

    void awaits(String... hosts) throws InterruptedException {
      awaitsExactly(
          List.of(hosts).stream().map(host -> "/" + host + ":" + PORT).toArray(String[]::new));
    }

    void awaitsExactly(String... addresses) throws InterruptedException {
      String wanted = String.join(" ", addresses);
      while (!told.take().equals(wanted)) {
        // What was true before.
      }
    }

    @Override
    public void onResult(ResolutionResult result) {
      if (!result.getAddressesOrError().hasValue()) {
        onError(result.getAddressesOrError().getStatus());
        return;
      }
      known = true;
      told.add(
          String.join(
              " ",
              result.getAddressesOrError().getValue().stream()
                  .map(group -> group.getAddresses().getFirst())
                  .map(InetSocketAddress.class::cast)
                  .map(SocketAddress::toString)
                  .toList()));
    }

    @Override
    public Status onResult2(ResolutionResult result) {
      onResult(result);
      return Status.OK;
    }

    @Override
    public void onError(Status error) {
      if (known) {
        mistakes.add(error.toString());
      }
      told.add(error.toString());
    }
  }
}
