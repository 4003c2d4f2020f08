package dev.argus.gateway.grpc.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.argus.gateway.grpc.routing.ReplicaChoice.Choice;
import io.grpc.Status;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ReplicaChoiceTest {
  private static final int KEYS = 20_000;
  private static final int LIGHT_LOAD = 4;
  private static final OptionalLong ANY = OptionalLong.empty();

  private final SplittableRandom random = new SplittableRandom(7);
  private final RoutingSettings settings = RoutingSettings.DEFAULT;
  private final ReplicaChoice choice = choosing(LIGHT_LOAD);
  private long nowNanos = Long.MAX_VALUE - 5; // The clock may wrap.
  private final Routing routing =
      new Routing(
          "encoder",
          LIGHT_LOAD,
          settings,
          new RoutingMetrics(OpenTelemetry.noop().getMeter("test"), "encoder"),
          () -> nowNanos);

  @Test
  void aReplicaThatComesTakesItsShareAndNoOtherKeyMoves() {
    List<Replica> three = replicas(3);
    List<Replica> four = new ArrayList<>(three);
    four.add(replica(3));
    int moved = 0;
    for (long key = 0; key < KEYS; key++) {
      Replica before = three.get(pick(three, key).index());
      Replica after = four.get(pick(four, key).index());
      if (before != after) {
        moved++;
        assertThat(after).isSameAs(four.getLast());
      }
    }

    assertThat((double) moved / KEYS).isCloseTo(0.25, within(0.02));
  }

  @Test
  void idleReplicasShareKeysEvenlyWhateverTheirOrder() {
    List<Replica> replicas = replicas(8);
    List<Replica> reversed = replicas.reversed();
    Map<Replica, Integer> keys = new HashMap<>();
    for (long key = 0; key < KEYS; key++) {
      Choice chosen = pick(replicas, key);
      assertThat(chosen.reason()).isEqualTo(PickReason.AFFINITY);
      assertThat(reversed.get(pick(reversed, key).index())).isSameAs(replicas.get(chosen.index()));
      keys.merge(replicas.get(chosen.index()), 1, Integer::sum);
    }

    assertThat(keys.values())
        .hasSize(8)
        .allSatisfy(count -> assertThat((double) count / KEYS).isCloseTo(0.125, within(0.015)));
  }

  @Test
  void noReplicaTakesMoreThanTheBoundHoweverHotAKeyIs() {
    List<Replica> replicas = replicas(5);
    int overflows = 0;
    for (int call = 1; call <= 500; call++) {
      Choice chosen = pick(replicas, 42);
      overflows += chosen.reason() == PickReason.OVERFLOW ? 1 : 0;
      replicas.get(chosen.index()).begun();
      int bound = Math.max(LIGHT_LOAD, (int) Math.ceil(1.25 * call / 5));
      assertThat(replicas)
          .allSatisfy(replica -> assertThat(load(replica)).isLessThanOrEqualTo(bound));
    }

    assertThat(overflows).isGreaterThan(300).isLessThan(500);
    assertThat(IntStream.range(0, 5).map(i -> load(replicas.get(i))).sum()).isEqualTo(500);
  }

  @Test
  void aLightlyLoadedReplicaKeepsItsKeys() {
    List<Replica> replicas = replicas(5);
    Choice first = pick(replicas, 42);
    for (int call = 1; call < LIGHT_LOAD; call++) {
      replicas.get(first.index()).begun();

      assertThat(pick(replicas, 42)).isEqualTo(first);
    }
    replicas.get(first.index()).begun();

    assertThat(pick(replicas, 42).reason()).isEqualTo(PickReason.OVERFLOW);
  }

  @Test
  void withALightLoadOfOneEvenAHotKeysSecondCallGoesElsewhere() {
    List<Replica> replicas = replicas(5);
    for (int call = 0; call < 4; call++) {
      int index = choosing(1).choose(replicas, OptionalLong.of(42), nowNanos).index();
      assertThat(load(replicas.get(index))).isZero();
      replicas.get(index).begun();
    }
  }

  @Test
  void withoutAKeyTheLeastLoadedIsChosen() {
    List<Replica> replicas = replicas(4);
    for (int call = 0; call < 40; call++) {
      Choice chosen = choice.choose(replicas, ANY, nowNanos);
      assertThat(chosen.reason()).isEqualTo(PickReason.FALLBACK);
      replicas.get(chosen.index()).begun();
    }

    assertThat(replicas).allSatisfy(replica -> assertThat(load(replica)).isEqualTo(10));
  }

  @Test
  void callsOfOtherGatewaysCountForAWhile() {
    List<Replica> replicas = replicas(2);
    Choice first = pick(replicas, 42);
    replicas.get(first.index()).reported(50);

    assertThat(pick(replicas, 42).index()).isNotEqualTo(first.index());

    nowNanos += Duration.ofSeconds(3).toNanos();
    assertThat(pick(replicas, 42)).isEqualTo(first);
  }

  @Test
  void aReplicaThatRefusedACallIsSparedForAWhile() {
    List<Replica> replicas = replicas(3);
    Choice first = pick(replicas, 42);
    call(replicas.get(first.index()), Status.RESOURCE_EXHAUSTED);

    assertThat(pick(replicas, 42)).returns(PickReason.OVERFLOW, Choice::reason).isNotEqualTo(first);
    for (int call = 0; call < 100; call++) {
      assertThat(choice.choose(replicas, ANY, nowNanos).index()).isNotEqualTo(first.index());
    }
    nowNanos += settings.overloadPause().toNanos();
    assertThat(pick(replicas, 42)).isEqualTo(first);
  }

  @Test
  void whereAllRefusedCallsTheyAreSharedAsBefore() {
    List<Replica> replicas = replicas(3);
    Choice first = pick(replicas, 42);
    replicas.forEach(replica -> call(replica, Status.RESOURCE_EXHAUSTED));

    assertThat(pick(replicas, 42)).isEqualTo(first);
  }

  @Test
  void aReplicaThatFailsAgainAndAgainIsLeftOutAndEachTimeForLonger() {
    List<Replica> replicas = replicas(3);
    Choice first = pick(replicas, 42);
    Replica failing = replicas.get(first.index());
    fail(failing);
    assertThat(pick(replicas, 42).reason()).isEqualTo(PickReason.OVERFLOW);

    nowNanos += settings.ejection().toNanos();
    assertThat(pick(replicas, 42)).isEqualTo(first);

    fail(failing);
    nowNanos += settings.ejection().toNanos();
    assertThat(pick(replicas, 42).reason()).isEqualTo(PickReason.OVERFLOW);
    nowNanos += settings.ejection().toNanos();
    assertThat(pick(replicas, 42)).isEqualTo(first);
  }

  @Test
  void oneAnswerAmongFaultsAndClientsMistakesEjectNobody() {
    List<Replica> replicas = replicas(3);
    Choice first = pick(replicas, 42);
    Replica replica = replicas.get(first.index());
    for (int call = 0; call < 100; call++) {
      call(replica, Status.CANCELLED);
      call(replica, Status.INVALID_ARGUMENT);
      call(replica, Status.DEADLINE_EXCEEDED);
      call(replica, call % (settings.faultLimit() - 1) == 0 ? Status.OK : Status.UNAVAILABLE);
    }

    assertThat(pick(replicas, 42)).isEqualTo(first);
  }

  @Test
  void whereMostFailNoneIsLeftOut() {
    List<Replica> replicas = replicas(3);
    Choice first = pick(replicas, 42);
    fail(replicas.get(first.index()));
    Choice second = pick(replicas, 42);
    fail(replicas.get(second.index()));

    assertThat(pick(replicas, 42)).isEqualTo(first);
  }

  private ReplicaChoice choosing(int lightLoad) {
    return new ReplicaChoice(settings.loadFactor(), lightLoad, random::nextInt);
  }

  private Choice pick(List<Replica> replicas, long key) {
    return choice.choose(replicas, OptionalLong.of(key), nowNanos);
  }

  private int load(Replica replica) {
    return replica.state(nowNanos).load();
  }

  private void fail(Replica replica) {
    for (int call = 0; call < settings.faultLimit(); call++) {
      call(replica, Status.UNAVAILABLE);
    }
  }

  private static void call(Replica replica, Status end) {
    replica.begun();
    replica.ended(end);
  }

  private List<Replica> replicas(int count) {
    return IntStream.range(0, count).mapToObj(this::replica).toList();
  }

  private Replica replica(int index) {
    return new Replica(routing, "[/10.0.0.%d:7072]".formatted(index));
  }
}
