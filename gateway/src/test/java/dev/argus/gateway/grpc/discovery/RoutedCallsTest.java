package dev.argus.gateway.grpc.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.gateway.grpc.discovery.StubApiServer.Endpoint;
import dev.argus.gateway.grpc.routing.Routing;
import dev.argus.gateway.grpc.routing.RoutingKey;
import dev.argus.gateway.grpc.routing.RoutingMetrics;
import dev.argus.gateway.grpc.routing.RoutingSettings;
import dev.argus.service.channel.ChannelLimits;
import dev.argus.service.channel.Channels;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.service.wire.ClientStream;
import dev.argus.service.wire.StreamLimits;
import dev.argus.stage.v1.EncodeRequest;
import dev.argus.stage.v1.EncodeResponse;
import dev.argus.stage.v1.EncodeServiceGrpc;
import dev.argus.v1.Stage;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls over sockets, to replicas that an API server knows. */
@Timeout(180)
final class RoutedCallsTest {
  private static final WatchTiming TIMING =
      new WatchTiming(
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          Duration.ofMillis(5),
          Duration.ofMillis(50));
  private static final int CLIENTS = 8;

  private final StubApiServer api = new StubApiServer();
  private final List<EncoderReplica> replicas = new ArrayList<>();
  private ManagedChannel channel;

  @BeforeEach
  void open() throws IOException {
    start();
    channel = open("k8s:///encoder");
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    replicas.forEach(EncoderReplica::close);
    api.close();
  }

  @Test
  void replicasComeAndGoUnderLoadAndNoCallFails() throws Exception {
    publish(0);
    try (Load load = new Load()) {
      load.reaches(replicas.get(0));
      start();
      start();
      publish(0, 1, 2);
      load.reaches(replicas.get(1));
      load.reaches(replicas.get(2));

      api.stop();
      load.reaches(replicas.get(0));
      load.reaches(replicas.get(1));
      start();
      api.restart();
      publish(0, 1, 2, 3);
      load.reaches(replicas.get(3));

      // As a pod ends: first it is terminating, then it drains, then it is gone.
      publish(1, 2, 3);
      replicas.get(0).drain();
      load.reaches(replicas.get(1));

      // As one that drains before the slices say so.
      replicas.get(2).drain();
      publish(1, 3);
      load.reaches(replicas.get(3));
      api.compact();
      api.endWatch();
      load.reaches(replicas.get(1));

      assertThat(load.failures).isEmpty();
    }
    assertThat(replicas).extracting(replica -> replica.connections.get()).containsOnly(1);
  }

  @Test
  void equalKeysGoToOneReplicaAndOthersElsewhere() throws Exception {
    start();
    start();
    publish(0, 1, 2);
    everyReplicaIsReached();
    Map<Long, String> places = new HashMap<>();
    for (int round = 0; round < 3; round++) {
      for (long key = 0; key < 60; key++) {
        assertThat(places.merge(key, ask(key), (before, _) -> before)).isEqualTo(ask(key));
      }
    }

    assertThat(places.values()).contains("127.0.0.1", "127.0.0.2", "127.0.0.3");
  }

  @Test
  void aReplicaThatSaysItDrainsGetsNothingNew() throws Exception {
    start();
    publish(0, 1);
    everyReplicaIsReached();
    EncoderReplica draining = replicas.get(0);
    long key = keyOf(draining);
    draining.saysItDrains();
    while (ask(key).equals(draining.address)) {
      // The word is on its way.
    }
    draining.answered.drainPermits();
    for (long other = 0; other < 100; other++) {
      assertThat(ask(other)).isEqualTo(replicas.get(1).address);
    }

    assertThat(draining.answered.availablePermits()).isZero();
  }

  @Test
  void aReplicaThatFailsIsLeftOut() throws Exception {
    start();
    start();
    publish(0, 1, 2);
    everyReplicaIsReached();
    EncoderReplica failing = replicas.get(1);
    long key = keyOf(failing);
    failing.end = Status.INTERNAL;
    int failures = 0;
    for (int call = 0; call < 50; call++) {
      failures += tries(key) ? 0 : 1;
    }

    assertThat(failures).isEqualTo(RoutingSettings.DEFAULT.faultLimit());
  }

  @Test
  void aReplicaWithoutRoomIsSpared() throws Exception {
    start();
    publish(0, 1);
    everyReplicaIsReached();
    EncoderReplica full = replicas.get(0);
    long key = keyOf(full);
    full.end = Status.RESOURCE_EXHAUSTED;

    assertThat(tries(key)).isFalse();
    assertThat(ask(key)).isEqualTo(replicas.get(1).address);
  }

  @Test
  void aFixedListIsServedToo() throws Exception {
    start();
    openFixed();
    everyReplicaIsReached();

    assertThat(replicas).extracting(replica -> replica.connections.get()).containsOnly(1);
  }

  @Test
  void oneThatIsBackTakesOverFromTheOneThatGoesNextAndNoCallFails() throws Exception {
    start();
    openFixed();
    try (Load load = new Load()) {
      load.reaches(replicas.get(0));
      load.reaches(replicas.get(1));
      restart(0);
      restart(1);
      load.reaches(replicas.get(0));
      load.reaches(replicas.get(1));

      assertThat(load.failures).isEmpty();
    }
  }

  @Test
  void callsFailWhenNobodyComesBack() throws Exception {
    openFixed();
    long key = keyOf(replicas.getFirst());
    replicas.getFirst().drain();

    assertThat(tries(key)).isFalse();
  }

  private ManagedChannel open(String target) {
    Telemetry telemetry = Telemetry.off();
    return new Routing(
            "encoder",
            4,
            RoutingSettings.DEFAULT,
            new RoutingMetrics(telemetry.meter(), "encoder"),
            System::nanoTime)
        .build(
            Channels.builder(target, telemetry, ChannelLimits.defaults())
                .setNameResolverArg(KubernetesAccess.KEY, api.access(TIMING)));
  }

  private void openFixed() {
    channel.shutdownNow();
    channel =
        open(
            replicas.stream()
                .map(replica -> replica.address + ":" + replica.port())
                .collect(Collectors.joining(",", "static:///", "")));
  }

  /** At the same address. */
  private void restart(int index) throws IOException, InterruptedException {
    EncoderReplica old = replicas.get(index);
    old.drain();
    replicas.set(index, EncoderReplica.start(old.address, old.port()));
  }

  private void start() throws IOException {
    int port = replicas.isEmpty() ? 0 : replicas.getFirst().port();
    replicas.add(EncoderReplica.start("127.0.0." + (replicas.size() + 1), port));
  }

  private void publish(int... indices) {
    Endpoint[] endpoints = new Endpoint[replicas.size()];
    for (int i = 0; i < endpoints.length; i++) {
      endpoints[i] = Endpoint.terminating(replicas.get(i).address);
    }
    for (int index : indices) {
      endpoints[index] = Endpoint.ready(replicas.get(index).address);
    }
    api.put("slice-1", replicas.getFirst().port(), endpoints);
  }

  private void everyReplicaIsReached() {
    for (EncoderReplica replica : replicas) {
      keyOf(replica);
    }
  }

  private long keyOf(EncoderReplica replica) {
    long key = 0;
    while (!ask(key).equals(replica.address)) {
      key++;
    }
    return key;
  }

  private boolean tries(long key) {
    try {
      ask(key);
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  private String ask(long key) {
    var stub = RoutingKey.on(EncodeServiceGrpc.newStub(channel), OptionalLong.of(key));
    try (ClientStream<EncodeRequest, EncodeResponse> call =
        ClientStream.open(Stage.STAGE_ENCODER, StreamLimits.defaults(), stub::encode)) {
      call.halfClose();
      return call.next().orElseThrow().getVisualTokens().getFingerprint();
    }
  }

  /** Clients that ask without a pause, each for another picture every time. */
  private final class Load implements AutoCloseable {
    final BlockingQueue<String> failures = new LinkedBlockingQueue<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicLong keys = new AtomicLong();
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();

    Load() {
      for (int client = 0; client < CLIENTS; client++) {
        clients.execute(this::askOnAndOn);
      }
    }

    private void askOnAndOn() {
      while (!ended.get()) {
        try {
          ask(keys.incrementAndGet());
        } catch (RuntimeException e) {
          failures.add(e.toString());
        }
      }
    }

    /** Waits until a replica has answered many more calls. */
    void reaches(EncoderReplica replica) throws InterruptedException {
      replica.answered.drainPermits();
      assertThat(replica.answered.tryAcquire(50, 60, TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() {
      ended.set(true);
      clients.close();
    }
  }
}
