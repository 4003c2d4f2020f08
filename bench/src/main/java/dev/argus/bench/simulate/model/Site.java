package dev.argus.bench.simulate.model;

import dev.argus.bench.simulate.profile.PodShape;
import dev.argus.bench.simulate.profile.Profile;
import dev.argus.bench.simulate.time.Calendar;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * All deployments, and the way of a request through them, as the gateway leads it: a decoder gives
 * it a slot as soon as one is free, meanwhile its picture is cut and encoded, and the decoder reads
 * the prompt as tiles arrive. What refuses one stage's part ends the request.
 */
public final class Site {
  private final Calendar calendar;
  private final Profile profile;
  private final Layout layout;
  private final int longestStretch;
  private final Consumer<Request> ended;
  private final Map<Stage, Deployment> deployments = new EnumMap<>(Stage.class);
  private final Map<Stage, Placement> placements = new EnumMap<>(Stage.class);
  private final List<Deployment> distinct;
  private final Way way = new Way();
  private long pods;
  private long sent;
  private long over;

  /**
   * Without any pod yet.
   *
   * @param longestStretch most decode steps that are taken as one event; 1 takes each for itself
   * @param seed of choices among equals
   * @param ended told of each request that was answered or refused; it may send others later, not
   *     at once
   */
  public Site(
      Calendar calendar,
      Profile profile,
      Layout layout,
      int longestStretch,
      long seed,
      Consumer<Request> ended) {
    this.calendar = calendar;
    this.profile = profile;
    this.layout = layout;
    this.longestStretch = longestStretch;
    this.ended = ended;
    deploy();
    this.distinct = deployments.values().stream().distinct().toList();
    SplittableRandom random = new SplittableRandom(seed);
    deployments.forEach((stage, deployment) ->
        placements.put(
            stage,
            new Placement(
                deployment,
                stage,
                profile.routing(),
                profile.questions().pictures(),
                random.split())));
  }

  /** Each deployment once. */
  public List<Deployment> deployments() {
    return distinct;
  }

  /** Requests that were sent. */
  public long sent() {
    return sent;
  }

  /** Requests that are there. */
  public long underWay() {
    return sent - over;
  }

  /** A question comes now. */
  public void send(Request.Question question) {
    sent++;
    Request request = new Request(question, calendar.now() - profile.hopsMs() / 1000);
    Pod preprocess = placement(Stage.PREPROCESS).leastLoaded();
    Pod decoder = isSplit() ? placement(Stage.DECODER).byPicture(question) : preprocess;
    request.place(Stage.PREPROCESS, preprocess);
    request.place(Stage.DECODER, decoder);
    placement(Stage.DECODER).count(1);
    if (!decoder.decoder().offer(request) || !preprocess.preprocess().offer(request)) {
      end(request, Request.State.REFUSED);
    }
  }

  private void deploy() {
    if (isSplit()) {
      for (Stage stage : Stage.values()) {
        deployments.put(stage, deployment(stage.label(), EnumSet.of(stage), shape(stage)));
      }
    } else {
      Deployment all =
          deployment(
              Layout.MONOLITH.label(), EnumSet.allOf(Stage.class), profile.pods().monolith());
      for (Stage stage : Stage.values()) {
        deployments.put(stage, all);
      }
    }
  }

  private Deployment deployment(String name, Set<Stage> stages, PodShape shape) {
    return new Deployment(
        name,
        stages,
        shape,
        profile.pods().startSeconds(),
        calendar,
        () -> new Pod(pods++, calendar, shape, profile, longestStretch, way));
  }

  private PodShape shape(Stage stage) {
    return switch (stage) {
      case PREPROCESS -> profile.pods().preprocess();
      case ENCODER -> profile.pods().encoder();
      case DECODER -> profile.pods().decoder();
    };
  }

  private boolean isSplit() {
    return layout == Layout.STAGES;
  }

  private Placement placement(Stage stage) {
    return Objects.requireNonNull(placements.get(stage));
  }

  private void end(Request request, Request.State state) {
    request.end(state, calendar.now());
    request.leave();
    placement(Stage.DECODER).count(-1);
    leaveEncoder(request);
    over++;
    distinct.forEach(Deployment::reap);
    ended.accept(request);
  }

  private void leaveEncoder(Request request) {
    if (request.encoding) {
      request.encoding = false;
      placement(Stage.ENCODER).count(-1);
    }
  }

  /** What leads a request from stage to stage. */
  private final class Way implements Pod.Listener {

    @Override
    public void cut(Request request) {
      Pod encoder =
          isSplit()
              ? placement(Stage.ENCODER).byPicture(request.question())
              : request.pod(Stage.PREPROCESS);
      request.place(Stage.ENCODER, encoder);
      request.encoding = true;
      placement(Stage.ENCODER).count(1);
      if (!encoder.encoder().offer(request)) {
        end(request, Request.State.REFUSED);
      }
    }

    @Override
    public void encoded(Request request) {
      Request.Question question = request.question();
      if (request.tilesDone == question.tiles()) {
        leaveEncoder(request);
      }
      int tokens = (int) ((long) question.promptTokens() * request.tilesDone / question.tiles());
      request.pod(Stage.DECODER).decoder().readable(request, tokens);
    }

    @Override
    public void answered(Request request) {
      end(request, Request.State.FINISHED);
    }

    @Override
    public void waitedTooLong(Request request) {
      end(request, Request.State.REFUSED);
    }
  }
}
