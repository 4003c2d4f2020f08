package dev.argus.gateway.core;

import dev.argus.base.failure.ArgusException;
import dev.argus.base.failure.ModelFault;
import dev.argus.base.failure.Upstream;
import dev.argus.base.timeline.Activity;
import dev.argus.gateway.core.Answer.StageActivity;
import dev.argus.gateway.core.StageEvent.Admitted;
import dev.argus.gateway.core.StageEvent.Finished;
import dev.argus.gateway.core.StageEvent.Generated;
import dev.argus.gateway.core.StageEvent.Located;
import dev.argus.gateway.core.StageEvent.Planned;
import dev.argus.gateway.core.StageEvent.Relayed;
import dev.argus.gateway.core.StageEvent.Tokens;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through the stages.
 *
 * <p>Design. The preprocess stream is opened first; its plan opens the decoder's and the encoder's
 * streams at once, so that all stages work on one picture at the same time. Three threads then each
 * move one kind of message:
 *
 * <pre>
 *   preprocess --tiles--> encoder --visual tokens--> decoder --tokens--> client
 *              (a thread)         (a thread)                (the caller's thread)
 * </pre>
 *
 * The decoder answers the plan with how many of the first tiles it holds already: their visual
 * tokens are in its slot, from a request that began alike. Those tiles go no further, and
 * preprocess hears that it need not cut them. No tile waits for that word. It takes one message
 * each way, while a picture takes milliseconds to decode, so it is there before the first tile is;
 * and where it is late, because the decoder has no slot free, the encoder's work is not on the way
 * of the first token.
 *
 * <p>Nothing is queued here: a thread holds the one message it moves, so a slow reader makes its
 * writer wait, back to the first stage. The first failure, wherever it happens, is the request's;
 * it cancels all streams, which ends every wait. {@link #run} returns when all three threads have
 * ended.
 *
 * <p>{@code run} once. {@code cancel} from any thread, at any time.
 */
public final class Orchestration {
  private final Stages stages;
  private final Listener client;
  private final boolean overlap;
  private final LongSupplier nanoClock;
  private final long receivedNanos;
  private final Map<StageName, OpenStage> open = new EnumMap<>(StageName.class); // guarded by this
  private @Nullable RuntimeException failure; // guarded by this
  private long ttftNanos; // of the caller's thread

  /**
   * Begins the request's clock.
   *
   * @param overlap whether a stage may begin before the one before it has ended
   * @param nanoClock monotonic time in nanoseconds
   */
  public Orchestration(Stages stages, Listener client, boolean overlap, LongSupplier nanoClock) {
    this(stages, client, overlap, nanoClock, nanoClock.getAsLong());
  }

  /**
   * Takes a clock that runs already.
   *
   * @param receivedNanos when the request was received, by that clock
   */
  public Orchestration(
      Stages stages, Listener client, boolean overlap, LongSupplier nanoClock, long receivedNanos) {
    this.stages = stages;
    this.client = client;
    this.overlap = overlap;
    this.nanoClock = nanoClock;
    this.receivedNanos = receivedNanos;
  }

  /**
   * Serves the request and waits for its end.
   *
   * @throws ArgusException the first failure, or the reason of the cancellation
   */
  public Answer run() {
    Generation generation = null;
    try (ExecutorService relays = virtualThreads()) {
      generation = attempt(relays);
    }
    synchronized (this) {
      if (failure != null) {
        throw failure;
      }
    }
    return answer(Objects.requireNonNull(generation));
  }

  /** Gives the request up, unless it has failed already. */
  public void cancel(ArgusException reason) {
    fail(reason);
  }

  /** Null when the request failed. */
  private @Nullable Generation attempt(Executor relays) {
    try {
      return generate(relays);
    } catch (RuntimeException | Error e) {
      fail(unchecked(e));
      return null;
    }
  }

  private Generation generate(Executor relays) {
    StageStream preprocess = open(StageName.PREPROCESS, stages::preprocess);
    preprocess.send(new PreprocessMessage.Begin());
    if (!overlap) {
      preprocess.halfClose(); // The decoder will have no word in time.
    }
    PromptPlan plan = plan(preprocess.next());
    client.planned(plan);
    TileTally tally = new TileTally(plan.tiles());
    StageStream decode = inTurn(open(StageName.DECODER, () -> stages.decode(plan)));
    decode.send(plan);
    if (plan.tiles() == 0) {
      start(relays, () -> relayTiles(preprocess, decode, tally));
    } else {
      StageStream encode = inTurn(open(StageName.ENCODER, () -> stages.encode(plan)));
      encode.send(plan);
      start(relays, () -> relayTiles(preprocess, encode, tally));
      start(relays, () -> relayVisualTokens(encode, decode, tally));
    }
    return new Generation(plan, answerClient(preprocess, decode, tally), tally);
  }

  private StageStream inTurn(StageStream stream) {
    return overlap ? stream : new HeldBack(stream);
  }

  private static PromptPlan plan(StageEvent first) {
    return switch (first) {
      case Planned planned -> planned.plan();
      case Relayed _, Finished _, Admitted _, Tokens _, Located _, Generated _ ->
          throw unexpected(StageName.PREPROCESS, first);
    };
  }

  private void start(Executor relays, Runnable relay) {
    relays.execute(() -> {
      try {
        relay.run();
      } catch (RuntimeException | Error e) {
        fail(unchecked(e));
      }
    });
  }

  /** Moves the tiles that are needed. */
  private void relayTiles(StageStream preprocess, StageStream next, TileTally tally) {
    while (true) {
      switch (preprocess.next()) {
        case Relayed(int tile, Object message) -> {
          if (tally.cut(tile)) {
            next.send(message);
          }
        }
        case Finished finished -> {
          tally.allCut();
          next.halfClose();
          report(StageName.PREPROCESS, finished.activities());
          return;
        }
        case StageEvent other -> throw unexpected(StageName.PREPROCESS, other);
      }
    }
  }

  private void relayVisualTokens(StageStream encode, StageStream decode, TileTally tally) {
    while (true) {
      switch (encode.next()) {
        case Relayed visualTokens -> {
          tally.encoded();
          decode.send(visualTokens.message());
        }
        case Finished finished -> {
          tally.allEncoded(finished.cachedTiles());
          decode.halfClose();
          report(StageName.ENCODER, finished.activities());
          return;
        }
        case StageEvent other -> throw unexpected(StageName.ENCODER, other);
      }
    }
  }

  private Generated answerClient(StageStream preprocess, StageStream decode, TileTally tally) {
    while (true) {
      switch (decode.next()) {
        case Admitted admitted -> hold(admitted.heldTiles(), preprocess, tally);
        case Tokens tokens -> {
          if (ttftNanos == 0) {
            ttftNanos = elapsedNanos();
          }
          client.tokens(tokens.message());
        }
        case Located region -> client.region(region.message());
        case Generated end -> {
          report(StageName.DECODER, end.activities());
          return end;
        }
        case StageEvent other -> throw unexpected(StageName.DECODER, other);
      }
    }
  }

  private void hold(int tiles, StageStream preprocess, TileTally tally) {
    tally.hold(tiles);
    if (!overlap) {
      return;
    }
    try {
      if (tiles > 0) {
        preprocess.send(new PreprocessMessage.Held(tiles));
      }
      preprocess.halfClose();
    } catch (ArgusException e) {
      // It has ended, well or not: whoever reads its answer knows.
    }
  }

  private StageStream open(StageName name, Supplier<StageStream> opening) {
    long openedNanos = elapsedNanos();
    StageStream stream = new AttributedStream(name, opening.get());
    RuntimeException failed = enlist(name, new OpenStage(stream, openedNanos));
    if (failed != null) {
      stream.cancel(reason(failed));
      throw failed;
    }
    return stream;
  }

  /** Makes a failure cancel the stage too, or says what it came too late for. */
  private synchronized @Nullable RuntimeException enlist(StageName name, OpenStage stage) {
    if (failure == null) {
      open.put(name, stage);
    }
    return failure;
  }

  private void fail(RuntimeException cause) {
    List<OpenStage> cancelled;
    synchronized (this) {
      if (failure != null) {
        return;
      }
      failure = cause;
      cancelled = List.copyOf(open.values());
    }
    ArgusException reason = reason(cause);
    cancelled.forEach(stage -> stage.stream.cancel(reason));
    client.abort(reason);
  }

  /** An error ends the request as any failure does; else the other threads would wait on. */
  private static RuntimeException unchecked(Throwable thrown) {
    return thrown instanceof RuntimeException known ? known : new IllegalStateException(thrown);
  }

  private static ArgusException reason(RuntimeException cause) {
    return cause instanceof ArgusException known
        ? known
        : new ModelFault("The gateway failed: " + cause, cause);
  }

  private synchronized void report(StageName name, List<Activity> activities) {
    OpenStage stage = Objects.requireNonNull(open.get(name));
    for (Activity activity : activities) {
      stage.activities.add(new StageActivity(name, stage.onGatewaysClock(activity)));
    }
  }

  private synchronized Answer answer(Generation generation) {
    return new Answer(
        generation.plan,
        generation.end.reason(),
        generation.end.completionTokens(),
        generation.end.cachedTokens(),
        generation.tally.cachedTiles(),
        ttftNanos,
        elapsedNanos(),
        open.values().stream().flatMap(stage -> stage.activities.stream()).toList());
  }

  private long elapsedNanos() {
    return nanoClock.getAsLong() - receivedNanos;
  }

  private static ExecutorService virtualThreads() {
    return Executors.newThreadPerTaskExecutor(
        Thread.ofVirtual().name("argus-gateway-relay-", 0).factory());
  }

  private static Upstream unexpected(StageName stage, StageEvent event) {
    return new Upstream(
        "The %s sent %s out of turn".formatted(stage.title(), event.getClass().getSimpleName()),
        null);
  }

  private record Generation(PromptPlan plan, Generated end, TileTally tally) {}

  /**
   * A stage that works on the request.
   *
   * @param openedNanos when its stream was opened, which its own clock counts from
   */
  private record OpenStage(StageStream stream, long openedNanos, List<StageActivity> activities) {
    OpenStage(StageStream stream, long openedNanos) {
      this(stream, openedNanos, new ArrayList<>());
    }

    Activity onGatewaysClock(Activity activity) {
      return new Activity(
          activity.kind(),
          openedNanos + activity.startNanos(),
          activity.durationNanos(),
          activity.items());
    }
  }
}
