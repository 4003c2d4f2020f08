package dev.argus.gateway.core;

import dev.argus.base.failure.ArgusException;
import dev.argus.base.failure.ModelFault;
import dev.argus.base.failure.Upstream;
import dev.argus.base.timeline.Activity;
import dev.argus.gateway.core.Answer.StageActivity;
import dev.argus.gateway.core.StageEvent.Finished;
import dev.argus.gateway.core.StageEvent.Generated;
import dev.argus.gateway.core.StageEvent.Planned;
import dev.argus.gateway.core.StageEvent.Relayed;
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
 * Nothing is queued here: a thread holds the one message it moves, so a slow reader makes its
 * writer wait, back to the first stage. The first failure, wherever it happens, is the request's;
 * it cancels all streams, which ends every wait. {@link #run} returns when all three threads have
 * ended.
 *
 * <p>{@code run} once. {@code cancel} from any thread, at any time.
 */
public final class Orchestration {
  private final Stages stages;
  private final Listener client;
  private final LongSupplier nanoClock;
  private final long receivedNanos;
  private final Map<StageName, OpenStage> open = new EnumMap<>(StageName.class); // guarded by this
  private @Nullable RuntimeException failure; // guarded by this
  private long ttftNanos; // of the caller's thread

  /**
   * Begins the request's clock.
   *
   * @param nanoClock monotonic time in nanoseconds
   */
  public Orchestration(Stages stages, Listener client, LongSupplier nanoClock) {
    this.stages = stages;
    this.client = client;
    this.nanoClock = nanoClock;
    this.receivedNanos = nanoClock.getAsLong();
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
    PromptPlan plan = plan(preprocess.next());
    StageStream decode = open(StageName.DECODER, stages::decode);
    if (plan.tiles() == 0) {
      decode.send(plan);
      start(relays, StageName.PREPROCESS, preprocess, decode, 0);
    } else {
      StageStream encode = open(StageName.ENCODER, stages::encode);
      decode.send(plan);
      encode.send(plan);
      start(relays, StageName.PREPROCESS, preprocess, encode, plan.tiles());
      start(relays, StageName.ENCODER, encode, decode, plan.tiles());
    }
    return new Generation(plan, answerClient(decode));
  }

  private static PromptPlan plan(StageEvent first) {
    return switch (first) {
      case Planned planned -> planned.plan();
      case Relayed _, Finished _, Generated _ -> throw unexpected(StageName.PREPROCESS, first);
    };
  }

  private void start(
      Executor relays, StageName stage, StageStream from, StageStream to, int messages) {
    relays.execute(() -> {
      try {
        relay(stage, from, to, messages);
      } catch (RuntimeException | Error e) {
        fail(unchecked(e));
      }
    });
  }

  /** Moves exactly so many messages, half-closes, and waits for the stage's report. */
  private void relay(StageName stage, StageStream from, StageStream to, int messages) {
    for (int left = messages; left > 0; left--) {
      if (!(from.next() instanceof Relayed relayed)) {
        throw new Upstream(
            "The %s ended %d short of %d tiles".formatted(stage.title(), left, messages), null);
      }
      to.send(relayed.message());
    }
    to.halfClose();
    switch (from.next()) {
      case Finished finished -> report(stage, finished.activities());
      case StageEvent other -> throw unexpected(stage, other);
    }
  }

  private Generated answerClient(StageStream decode) {
    while (true) {
      switch (decode.next()) {
        case Relayed tokens -> {
          if (ttftNanos == 0) {
            ttftNanos = elapsedNanos();
          }
          client.tokens(tokens.message());
        }
        case Generated end -> {
          report(StageName.DECODER, end.activities());
          return end;
        }
        case StageEvent other -> throw unexpected(StageName.DECODER, other);
      }
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

  private record Generation(PromptPlan plan, Generated end) {}

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
