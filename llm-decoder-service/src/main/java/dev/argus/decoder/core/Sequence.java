package dev.argus.decoder.core;

import dev.argus.base.failure.ArgusException;
import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.DeadlineExpired;
import dev.argus.base.failure.Overloaded;
import dev.argus.base.sampling.Sampling;
import dev.argus.base.sampling.Stopping;
import dev.argus.base.timeline.ActivityKind;
import dev.argus.decoder.core.LanguageModel.DecodeToken;
import dev.argus.decoder.core.LanguageModel.Logits;
import dev.argus.decoder.core.LanguageModel.PrefillChunk;
import dev.argus.decoder.core.SequenceState.Signal;
import dev.argus.decoder.core.sampling.ChosenToken;
import dev.argus.decoder.core.sampling.TokenHistory;
import dev.argus.decoder.core.sampling.TokenSampler;
import dev.argus.decoder.core.text.AnswerText;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One answer in the making: its state, its way through the prompt, its tokens so far, and how long
 * it may go on waiting. Moves only along {@link SequenceState#TRANSITIONS}.
 *
 * <p>Decides nothing about others: slots and turns are the {@link Scheduler}'s. Not thread-safe: it
 * belongs to the scheduler's thread.
 */
final class Sequence {
  private final long id;
  private final Request request;
  private final SchedulerLimits limits;
  private final SchedulerObserver observer;
  private final PromptFeed feed;
  private final AnswerText text;
  private final TokenHistory history;
  private final ActivityLog log;
  private final long submittedNanos;

  private SequenceState state = SequenceState.WAITING;
  private int slot = -1;
  private int reusedTokens;
  private long grantedNanos;
  private int lastToken;
  private int undelivered;
  private long lastTokenNanos;

  /** When the present wait began: for a slot, for visual tokens, for the reader. */
  private long waitingSince;

  Sequence(
      long id,
      Request request,
      int vocabularySize,
      SchedulerLimits limits,
      SchedulerObserver observer,
      long now) {
    this.id = id;
    this.request = request;
    this.limits = limits;
    this.observer = observer;
    this.feed = new PromptFeed(request.prompt().layout());
    this.text = new AnswerText(request.text(), request.sampling().stopping());
    this.history =
        new TokenHistory(
            request.sampling(),
            request.prompt().layout().tokenIds(),
            request.endIds(),
            vocabularySize,
            request.constraint());
    this.log = new ActivityLog(request.timeline());
    this.submittedNanos = now;
    this.waitingSince = now;
  }

  long id() {
    return id;
  }

  SequenceState state() {
    return state;
  }

  int slot() {
    return slot;
  }

  /** Length of its prompt. */
  int promptTokens() {
    return request.prompt().length();
  }

  /** Positions of its slot that are filled; 0 without a slot. */
  int usedPositions() {
    return slot < 0 ? 0 : feed.position() + Math.max(0, history.generated() - 1);
  }

  /** When it got its slot. */
  long grantedNanos() {
    return grantedNanos;
  }

  long submittedNanos() {
    return submittedNanos;
  }

  /**
   * When it would have come at priority 0, by the scheduler's clock: who is earlier gets a slot
   * first.
   */
  long turnNanos() {
    return submittedNanos - request.priority() * Request.PRIORITY_STEP.toNanos();
  }

  /**
   * Chooses the token that comes next; reads the logits only if that takes more than the highest.
   *
   * @param scratch where they are read to, {@code [vocabularySize]}
   */
  ChosenToken choose(Logits logits, float[] scratch, TokenSampler sampler) {
    return chooseUnread(logits, sampler)
        .orElseGet(() -> {
          logits.read(scratch);
          return choose(scratch, sampler);
        });
  }

  private Optional<ChosenToken> chooseUnread(Logits logits, TokenSampler sampler) {
    Sampling sampling = request.sampling();
    if (TokenSampler.takesHighest(sampling, history)) {
      OptionalInt highest = logits.highest();
      return highest.isPresent()
          ? Optional.of(new ChosenToken(highest.getAsInt(), Optional.empty()))
          : Optional.empty();
    }
    OptionalInt few = TokenSampler.takesFirst(sampling, history);
    return few.isPresent()
        ? logits.top(few.getAsInt()).map(top -> sampler.choose(top, sampling, history))
        : Optional.empty();
  }

  /** Chooses the token that comes next; {@code logits} are undefined afterwards. */
  ChosenToken choose(float[] logits, TokenSampler sampler) {
    return sampler.choose(logits, request.sampling(), history);
  }

  Prompt prompt() {
    return request.prompt();
  }

  /** How many tokens of the prompt are in the slot. */
  int position() {
    return feed.position();
  }

  /** How many of them the model did not have to read. */
  int reusedTokens() {
    return reusedTokens;
  }

  /**
   * Gives it a slot.
   *
   * @param reused how many of the prompt's first tokens are in it
   */
  void grant(int freeSlot, int reused, long now) {
    move(Signal.SLOT_GRANTED);
    slot = freeSlot;
    grantedNanos = now;
    observer.granted(now - submittedNanos);
    emit(new Event.Admitted(reused));
    reuse(reused, now);
  }

  /** The prompt's tokens before a position, the present one or one behind it, are in the slot. */
  void reuse(int position, long now) {
    reusedTokens += position - feed.position();
    feed.skipTo(position);
    awaitVisualIfMissing(now);
  }

  /** How many tokens of the prompt are left to be read. */
  int unread() {
    return request.prompt().length() - feed.position();
  }

  /** Takes the visual tokens of a span. */
  void visualTokens(int span, ByteBuffer features) {
    feed.visualTokens(span, features);
    if (state == SequenceState.AWAITING_VISUAL && feed.available() > 0) {
      move(Signal.VISUAL_ARRIVED);
      log.begin(ActivityKind.QUEUE, 1);
    }
  }

  /** Reads on in the prompt: at least one token, at most {@code limit}. */
  PrefillChunk nextChunk(int limit) {
    if (log.current() != ActivityKind.PREFILL) {
      log.begin(ActivityKind.PREFILL, 0);
    }
    PrefillChunk chunk = feed.next(slot, limit);
    log.add(chunk.tokenIds().length);
    return chunk;
  }

  /** Whether the model has been given the whole prompt. */
  boolean promptRead() {
    return feed.done();
  }

  /** To be called after a chunk that was not the last. */
  void awaitVisualIfMissing(long now) {
    if (feed.available() == 0) {
      move(Signal.VISUAL_MISSING);
      waitingSince = now;
      log.begin(
          ActivityKind.WAIT_VISUAL,
          request.prompt().layout().spans().get(feed.missingSpan()).length());
    }
  }

  /** The token to be run next, and where it goes. */
  DecodeToken nextToken() {
    int position = feed.position() + history.generated() - 1;
    return new DecodeToken(slot, position, lastToken);
  }

  /** Takes the first token, chosen after the last chunk of the prompt. */
  void acceptFirst(ChosenToken token, long now) {
    move(Signal.PROMPT_READ);
    log.begin(ActivityKind.DECODE, 0);
    accept(token, now);
  }

  /** Takes a token after the first. */
  void acceptNext(ChosenToken token, long now) {
    log.add(1);
    observer.generated(now - lastTokenNanos);
    accept(token, now);
  }

  /** The reader took tokens. */
  void delivered(int tokens, long now) {
    undelivered -= tokens;
    waitingSince = state == SequenceState.PAUSED ? now : waitingSince;
    // Half of what pauses it, so that a reader at its limit does not stop and start it every token.
    if (state == SequenceState.PAUSED && undelivered <= limits.undeliveredLimit() / 2) {
      move(Signal.READER_CAUGHT_UP);
      lastTokenNanos = now;
      log.resume();
    }
  }

  /** Ends it without a complete answer. */
  void giveUp(ArgusException failure) {
    if (state == SequenceState.PAUSED) {
      log.resume();
    }
    move(Signal.GIVEN_UP);
    log.close();
    emit(new Event.Failed(failure));
  }

  /** Nanoseconds until {@link #overdue} may have something to say, 0 or less if it has. */
  long nanosToLimit(long now) {
    long deadline =
        request.deadlineNanos().isPresent()
            ? request.deadlineNanos().getAsLong() - now
            : Long.MAX_VALUE;
    Optional<Duration> wait = waitLimit();
    return wait.isPresent()
        ? Math.min(deadline, waitingSince + wait.get().toNanos() - now)
        : deadline;
  }

  /** Why it must end now; empty while it may go on. */
  Optional<ArgusException> overdue(long now, Duration retryAfter) {
    if (nanosToLimit(now) > 0) {
      return Optional.empty();
    }
    if (request.deadlineNanos().isPresent() && request.deadlineNanos().getAsLong() - now <= 0) {
      return Optional.of(
          new DeadlineExpired(
              "the deadline passed after %d generated tokens".formatted(history.generated())));
    }
    return waitOver(retryAfter);
  }

  private Optional<Duration> waitLimit() {
    return switch (state) {
      case WAITING -> Optional.of(limits.queueWait());
      case AWAITING_VISUAL -> Optional.of(limits.visualWait());
      case PAUSED -> Optional.of(limits.readerStall());
      case PREFILLING, DECODING, FINISHED, FAILED -> Optional.empty();
    };
  }

  private Optional<ArgusException> waitOver(Duration retryAfter) {
    return switch (state) {
      case WAITING ->
          Optional.of(
              new Overloaded(
                  "no decoder slot came free within " + seconds(limits.queueWait()), retryAfter));
      case AWAITING_VISUAL ->
          Optional.of(
              new DeadlineExpired(
                  "the visual tokens of tile %d did not arrive within %s"
                      .formatted(feed.missingSpan(), seconds(limits.visualWait()))));
      case PAUSED ->
          Optional.of(
              new Cancelled("the reader took no token for " + seconds(limits.readerStall())));
      case PREFILLING, DECODING, FINISHED, FAILED -> Optional.empty();
    };
  }

  private void accept(ChosenToken token, long now) {
    lastToken = token.id();
    lastTokenNanos = now;
    history.add(token.id());
    undelivered++;
    boolean ends = ends(token.id());
    String certain = ends && !stopping().includeString() ? "" : text.append(token.id());
    if (ends || text.stopped() || history.finished()) {
      finish(token, certain, history.shortened() ? FinishReason.LENGTH : FinishReason.STOP);
    } else if (history.generated() == request.maxTokens()) {
      finish(token, certain, FinishReason.LENGTH);
    } else {
      emit(new Event.Token(token.id(), certain, token.logprobs()));
      pauseIfReaderIsBehind(now);
    }
  }

  /** Whether a token ends the answer. */
  private boolean ends(int token) {
    boolean modelsEnd = !stopping().ignoreEndOfSequence() && request.endIds().contains(token);
    return history.generated() >= stopping().minTokens()
        && (modelsEnd || stopping().tokenIds().contains(token));
  }

  private void finish(ChosenToken token, String certain, FinishReason ending) {
    move(Signal.ANSWER_ENDED);
    log.close();
    emit(new Event.Token(token.id(), certain + text.finish(), token.logprobs()));
    // Text that was held back may turn out to hold a stop string.
    FinishReason why = text.stopped() ? FinishReason.STOP : ending;
    emit(new Event.Finished(why, history.generated(), reusedTokens));
  }

  private Stopping stopping() {
    return request.sampling().stopping();
  }

  private void pauseIfReaderIsBehind(long now) {
    if (undelivered >= limits.undeliveredLimit()) {
      move(Signal.READER_BEHIND);
      waitingSince = now;
      log.pause(undelivered);
    }
  }

  private void move(Signal signal) {
    SequenceState.Transition transition = state.on(signal);
    state = transition.to();
    observer.moved(transition);
  }

  private void emit(Event event) {
    request.events().accept(event);
  }

  private static String seconds(Duration duration) {
    return duration.toMillis() / 1000.0 + " s";
  }
}
