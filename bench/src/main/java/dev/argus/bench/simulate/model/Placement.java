package dev.argus.bench.simulate.model;

import dev.argus.bench.simulate.profile.Routing;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Which pod a call goes to, as the gateway chooses: by the picture, to the pod with the highest
 * score for it that has room ({@code ReplicaChoice} there), or to one that has the least to do.
 *
 * <p>Design: a picture that nobody shows twice is at any pod as well as at another, so that a hash
 * places it without asking a thousand pods for their scores; of those that recur the best pod is
 * remembered until there are other pods.
 */
final class Placement {
  private final Deployment deployment;
  private final Stage stage;
  private final double loadFactor;
  private final int lightLoad;
  private final SplittableRandom random;
  private final @Nullable Pod[] homes;
  private final long[] versions;
  private int calls;

  /**
   * @param pictures that recur; their numbers are 0 and above
   */
  Placement(
      Deployment deployment, Stage stage, Routing routing, int pictures, SplittableRandom random) {
    this.deployment = deployment;
    this.stage = stage;
    this.loadFactor = routing.loadFactor();
    this.lightLoad =
        stage == Stage.DECODER ? routing.decoderLightLoad() : routing.encoderLightLoad();
    this.random = random;
    this.homes = new Pod[pictures];
    this.versions = new long[pictures];
  }

  /** A call begins, or ends. */
  void count(int more) {
    calls += more;
  }

  /** One that has the least to do. */
  Pod leastLoaded() {
    List<Pod> pods = deployment.ready();
    int at = random.nextInt(pods.size());
    Pod least = pods.get(at);
    int load = Integer.MAX_VALUE;
    for (int i = 0; i < pods.size() && load > 0; i++) {
      Pod pod = pods.get(at);
      int calls = deployment.stages().size() == 1 ? pod.station(stage).calls() : pod.calls();
      if (calls < load) {
        least = pod;
        load = calls;
      }
      at = at + 1 == pods.size() ? 0 : at + 1;
    }
    return least;
  }

  /** The one that a picture belongs to, or the next best that has room. */
  Pod byPicture(Request.Question question) {
    double mean = (calls + 1.0) / deployment.ready().size();
    int most = Math.max(lightLoad, (int) Math.ceil(loadFactor * mean));
    if (!question.recurs()) {
      return anyBelow(most, question.picture());
    }
    int picture = (int) question.picture();
    if (homes[picture] == null || versions[picture] != deployment.version()) {
      homes[picture] = best(question.picture(), Integer.MAX_VALUE);
      versions[picture] = deployment.version();
    }
    Pod home = Objects.requireNonNull(homes[picture]);
    return load(home) < most ? home : best(question.picture(), most);
  }

  private Pod anyBelow(int most, long picture) {
    List<Pod> pods = deployment.ready();
    int at = (int) Long.remainderUnsigned(mix(picture), pods.size());
    for (int i = 0; i < pods.size() && load(pods.get(at)) >= most; i++) {
      at = at + 1 == pods.size() ? 0 : at + 1;
    }
    return pods.get(at);
  }

  private Pod best(long picture, int most) {
    Pod best = deployment.ready().getFirst();
    long highest = Long.MIN_VALUE;
    for (Pod pod : deployment.ready()) {
      long score = mix(pod.name() ^ mix(picture));
      if (score > highest && load(pod) < most) {
        best = pod;
        highest = score;
      }
    }
    return best;
  }

  private int load(Pod pod) {
    return pod.station(stage).calls();
  }

  /** The finaliser of SplitMix64. */
  private static long mix(long value) {
    long mixed = value + 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
