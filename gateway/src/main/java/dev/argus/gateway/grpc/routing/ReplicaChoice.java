package dev.argus.gateway.grpc.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntUnaryOperator;

/**
 * Chooses the replica for a call.
 *
 * <p>A call with a key goes to the best of the replicas, by {@link Rendezvous}, that have room:
 * less than {@code loadFactor} times the mean load of all (consistent hashing with bounded loads,
 * Mirrokni, Thorup and Zadimoghaddam, 2018), or less than the light load. A call without one goes
 * to the replica that has the least to do, one of them where there are several.
 *
 * <p>Replicas that are left out get nothing, unless they are more than half of all: then it is not
 * them, and sending everything to the few would fail those too. Replicas that are spared get
 * nothing while any other can.
 */
final class ReplicaChoice {
  private final double loadFactor;
  private final int lightLoad;
  private final IntUnaryOperator random;

  /**
   * @param loadFactor times the mean load
   * @param lightLoad calls below which a replica has room in any case
   * @param random a number from 0 to below its argument
   */
  ReplicaChoice(double loadFactor, int lightLoad, IntUnaryOperator random) {
    this.loadFactor = loadFactor;
    this.lightLoad = lightLoad;
    this.random = random;
  }

  /**
   * What was chosen.
   *
   * @param index of the replica in the list
   */
  record Choice(int index, PickReason reason) {}

  /**
   * Chooses.
   *
   * @param replicas that are connected; at least one
   * @param key empty where any replica is as good as another
   */
  Choice choose(List<Replica> replicas, OptionalLong key, long nowNanos) {
    List<Replica.State> states = new ArrayList<>(replicas.size());
    for (Replica replica : replicas) {
      states.add(replica.state(nowNanos));
    }
    Open open = Open.of(states);
    return key.isPresent()
        ? byKey(replicas, states, open, key.getAsLong())
        : new Choice(leastLoaded(states, open), PickReason.FALLBACK);
  }

  private Choice byKey(List<Replica> replicas, List<Replica.State> states, Open open, long key) {
    int bound = bound(states, open);
    int best = -1;
    int chosen = -1;
    long bestScore = 0;
    long chosenScore = 0;
    for (int i = 0; i < states.size(); i++) {
      long score = replicas.get(i).score(key);
      if (best < 0 || score > bestScore) {
        best = i;
        bestScore = score;
      }
      if (open.to(states.get(i))
          && states.get(i).load() < bound
          && (chosen < 0 || score > chosenScore)) {
        chosen = i;
        chosenScore = score;
      }
    }
    return new Choice(chosen, chosen == best ? PickReason.AFFINITY : PickReason.OVERFLOW);
  }

  /** More than the least of the loads, so that there is always room somewhere. */
  private int bound(List<Replica.State> states, Open open) {
    long total = 1;
    int count = 0;
    for (Replica.State state : states) {
      if (open.to(state)) {
        total += state.load();
        count++;
      }
    }
    return Math.max(lightLoad, (int) Math.ceil(loadFactor * total / count));
  }

  private int leastLoaded(List<Replica.State> states, Open open) {
    int first = random.applyAsInt(states.size());
    int least = -1;
    for (int step = 0; step < states.size(); step++) {
      int i = (first + step) % states.size();
      if (open.to(states.get(i))
          && (least < 0 || states.get(i).load() < states.get(least).load())) {
        least = i;
      }
    }
    return least;
  }

  /**
   * Which replicas may be chosen; never none of them.
   *
   * @param ejected whether those that are left out may be
   * @param spared whether those that are spared may be
   */
  private record Open(boolean ejected, boolean spared) {
    static Open of(List<Replica.State> states) {
      int out = 0;
      for (Replica.State state : states) {
        out += state.ejected() ? 1 : 0;
      }
      boolean ejected = out * 2 > states.size();
      boolean rested = false;
      for (Replica.State state : states) {
        rested |= !state.spared() && (ejected || !state.ejected());
      }
      return new Open(ejected, !rested);
    }

    boolean to(Replica.State state) {
      return (ejected || !state.ejected()) && (spared || !state.spared());
    }
  }
}
