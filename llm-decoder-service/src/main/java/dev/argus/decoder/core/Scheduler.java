package dev.argus.decoder.core;

import dev.argus.base.failure.ArgusException;
import dev.argus.base.failure.ModelFault;
import dev.argus.base.failure.Overloaded;
import dev.argus.decoder.core.LanguageModel.DecodeToken;
import dev.argus.decoder.core.LanguageModel.Logits;
import dev.argus.decoder.core.LanguageModel.PrefillChunk;
import dev.argus.decoder.core.sampling.ChosenToken;
import dev.argus.decoder.core.sampling.TokenSampler;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Decides who runs: a state machine that takes {@link Command}s between iterations and in each
 * {@link #step} ends what is overdue, hands out free slots, runs one decode step for all sequences
 * that generate, then one prefill chunk of the oldest sequence whose prompt has tokens to read, and
 * of younger ones whose prompts it can read to their ends with what is left of the budget.
 *
 * <p>Decode goes first, so that a long prompt delays running answers by one chunk at most. Slots
 * and prefill turns go by arrival, so nobody is held up by a younger one: a sequence waits at most
 * for those before it, each bounded by its length and its wait limits. Sequences share nothing but
 * the model's batch and beginnings of prompts, and draw with their own seeds, so an answer does not
 * depend on who else runs.
 *
 * <p>Not thread-safe, reads no clock but the one given and waits for nothing: {@link DecoderLoop}
 * drives it on one thread, tests drive it step by step.
 */
public final class Scheduler {
  /** A run of the model for one more prompt costs about as much as so many tokens more. */
  private static final int RUN_TOKENS = 16;

  private final LanguageModel model;
  private final SchedulerLimits limits;
  private final LongSupplier nanoClock;
  private final SchedulerObserver observer;
  private final WarmSlots slots;
  private final TokenSampler sampler;
  private final RetryHint retryHint = new RetryHint();

  /** Of the sequence whose next token is being chosen. */
  private final float[] logits;

  /** All sequences that have not ended, by arrival. */
  private final Map<Long, Sequence> live = new LinkedHashMap<>();

  /** Those of them that wait for a slot, by arrival, which a priority moves. */
  private final Queue<Sequence> waiting =
      new PriorityQueue<>(
          Comparator.comparingLong(Sequence::turnNanos).thenComparingLong(Sequence::id));

  /** Tokens generated in the present iteration. */
  private int generated;

  /**
   * @param model all its slots are this scheduler's; not closed by it
   * @param limits how much at once, how long a wait
   * @param nanoClock monotonic time in nanoseconds
   * @param observer watches
   */
  public Scheduler(
      LanguageModel model,
      SchedulerLimits limits,
      LongSupplier nanoClock,
      SchedulerObserver observer) {
    if (!limits.leaveRoomBeside(model.slots())) {
      throw new IllegalArgumentException(
          "%d tokens a step leave no room for prefill beside %d slots"
              .formatted(limits.stepTokens(), model.slots()));
    }
    this.model = model;
    this.limits = limits;
    this.nanoClock = nanoClock;
    this.observer = observer;
    this.slots = new WarmSlots(model, limits.prefixCache());
    this.sampler = new TokenSampler(model.vocabularySize());
    this.logits = new float[model.vocabularySize()];
  }

  /** Does what another thread asked. */
  public void apply(Command command) {
    switch (command) {
      case Command.Submit(long id, Request request) -> submit(id, request);
      case Command.VisualTokens(long id, int span, ByteBuffer features) ->
          ifLive(id, sequence -> sequence.visualTokens(span, features));
      case Command.Delivered(long id, int tokens) ->
          ifLive(id, sequence -> sequence.delivered(tokens, nanoClock.getAsLong()));
      case Command.Cancel(long id, ArgusException reason) ->
          ifLive(id, sequence -> fail(sequence, reason));
    }
  }

  /** Runs one iteration. Without anything to do it costs little and calls no model. */
  public void step() {
    long start = nanoClock.getAsLong();
    generated = 0;
    failOverdue(start);
    grantSlots(start);
    observeWork();
    int decodeRows = decodeRunning();
    int prefillTokens = prefill(decodeRows);
    if (decodeRows + prefillTokens > 0) {
      long nanos = nanoClock.getAsLong() - start;
      observer.stepped(new SchedulerObserver.Step(decodeRows, prefillTokens, generated, nanos));
    }
    observeLoad();
  }

  /** Whether the next {@link #step} would run the model. */
  public boolean busy() {
    return (!waiting.isEmpty() && slots.free() > 0)
        || live.values().stream().map(Sequence::state).anyMatch(Scheduler::runnable);
  }

  /** Nanoseconds until the next time limit of any sequence; empty when there is none. */
  public OptionalLong nanosToNextLimit() {
    long now = nanoClock.getAsLong();
    return live.values().stream()
        .mapToLong(sequence -> sequence.nanosToLimit(now))
        .filter(nanos -> nanos < Long.MAX_VALUE)
        .min();
  }

  /** Ends every sequence, and forgets what the slots contain. */
  public void failAll(ArgusException failure) {
    for (Sequence sequence : List.copyOf(live.values())) {
      fail(sequence, failure);
    }
    for (int slot = 0; slot < model.slots(); slot++) {
      slots.forget(slot);
    }
    observeLoad();
  }

  /** Number of slots that sequences hold. */
  public int slotsUsed() {
    return slots.used();
  }

  /** Number of sequences that wait for a slot. */
  public int waiting() {
    return waiting.size();
  }

  /** Number of sequences that have not ended. */
  public int live() {
    return live.size();
  }

  /** Where a sequence is; empty when it has ended. */
  Optional<SequenceState> stateOf(long id) {
    return Optional.ofNullable(live.get(id)).map(Sequence::state);
  }

  private void observeLoad() {
    int queuedTokens = 0;
    for (Sequence sequence : waiting) {
      queuedTokens += sequence.promptTokens();
    }
    long usedPositions = 0;
    for (Sequence sequence : live.values()) {
      usedPositions += sequence.usedPositions();
    }
    long positions = (long) model.slots() * model.slotCapacity();
    observer.occupied(slots.used(), waiting.size());
    observer.loaded(new SchedulerObserver.Load(queuedTokens, usedPositions, positions));
    observeWork();
  }

  private void observeWork() {
    int sequences = waiting.size();
    for (Sequence sequence : live.values()) {
      sequences += runnable(sequence.state()) ? 1 : 0;
    }
    observer.burdened(sequences);
  }

  private void submit(long id, Request request) {
    if (waiting.size() >= limits.queueLimit() + slots.free()) {
      Overloaded refusal =
          new Overloaded(
              "the decoder's queue of %d is full".formatted(waiting.size()), retryAfter());
      request.events().accept(new Event.Failed(refusal));
      return;
    }
    Sequence sequence =
        new Sequence(id, request, model.vocabularySize(), limits, observer, nanoClock.getAsLong());
    live.put(id, sequence);
    waiting.add(sequence);
  }

  private void failOverdue(long now) {
    for (Sequence sequence : List.copyOf(live.values())) {
      sequence.overdue(now, retryAfter()).ifPresent(failure -> fail(sequence, failure));
    }
  }

  private void grantSlots(long now) {
    while (!waiting.isEmpty() && slots.free() > 0) {
      Sequence sequence = waiting.remove();
      try {
        WarmSlots.Lease lease = slots.acquire(sequence.prompt());
        sequence.grant(lease.slot(), lease.reused(), now);
      } catch (ModelFault fault) {
        fail(sequence, fault);
      }
    }
  }

  /** Returns the number of sequences that took part. */
  private int decodeRunning() {
    List<Sequence> running = in(SequenceState.DECODING);
    if (running.isEmpty()) {
      return 0;
    }
    List<DecodeToken> tokens = running.stream().map(Sequence::nextToken).toList();
    List<Logits> rows;
    try {
      rows = model.decode(tokens);
    } catch (ModelFault fault) {
      running.forEach(sequence -> failUndefined(sequence, fault));
      return tokens.size();
    }
    for (int i = 0; i < rows.size(); i++) {
      Logits row = rows.get(i);
      Sequence sequence = running.get(i);
      generate(
          sequence,
          () -> sequence.choose(row, logits, sampler),
          token -> sequence.acceptNext(token, nanoClock.getAsLong()));
    }
    return tokens.size();
  }

  /**
   * Reads prompts. Where sequences wait for their next tokens, the budget is of time: it is counted
   * in tokens at the beginning of a prompt, and later ones count for more.
   *
   * @param decodeRows how many sequences generate in this iteration
   * @return the number of prompt tokens that were read
   */
  private int prefill(int decodeRows) {
    int left = limits.promptTokensBeside(decodeRows);
    int read = 0;
    for (Sequence sequence : in(SequenceState.PREFILLING)) {
      reuseMore(sequence);
      double cost = decodeRows == 0 ? 1 : model.readingCost(sequence.position());
      int room = (int) (left / cost);
      boolean first = read == 0;
      if (sequence.state() == SequenceState.PREFILLING && (first || sequence.unread() <= room)) {
        int tokens = prefill(sequence, first ? Math.max(ChunkLength.LEAST_ROOM, room) : room);
        read += tokens;
        left -= (int) Math.ceil(tokens * cost) + RUN_TOKENS;
      }
    }
    return read;
  }

  /** Another sequence may have read what this one is about to read. */
  private void reuseMore(Sequence sequence) {
    try {
      int position = slots.extend(sequence.slot(), sequence.prompt(), sequence.position());
      if (position > sequence.position()) {
        sequence.reuse(position, nanoClock.getAsLong());
      }
    } catch (ModelFault fault) {
      failUndefined(sequence, fault);
    }
  }

  private int prefill(Sequence sequence, int limit) {
    PrefillChunk chunk = sequence.nextChunk(limit);
    try {
      model.prefill(chunk, logits);
    } catch (ModelFault fault) {
      failUndefined(sequence, fault);
      return chunk.tokenIds().length;
    }
    slots.read(sequence.slot(), sequence.prompt(), sequence.position());
    if (sequence.promptRead()) {
      generate(
          sequence, () -> sequence.choose(logits, sampler), token -> acceptFirst(sequence, token));
    } else {
      sequence.awaitVisualIfMissing(nanoClock.getAsLong());
    }
    return chunk.tokenIds().length;
  }

  private void acceptFirst(Sequence sequence, ChosenToken token) {
    long now = nanoClock.getAsLong();
    observer.promptRead(sequence.prompt().length(), sequence.reusedTokens());
    observer.firstToken(now - sequence.submittedNanos());
    sequence.acceptFirst(token, now);
  }

  private void generate(
      Sequence sequence, Supplier<ChosenToken> choice, Consumer<ChosenToken> taker) {
    try {
      taker.accept(choice.get());
      generated++;
    } catch (ModelFault fault) {
      failUndefined(sequence, fault);
      return;
    }
    if (sequence.state() == SequenceState.FINISHED) {
      retire(sequence);
    }
  }

  /** Ends a sequence whose slot contains nobody knows what. */
  private void failUndefined(Sequence sequence, ModelFault fault) {
    slots.forget(sequence.slot());
    fail(sequence, fault);
  }

  private void fail(Sequence sequence, ArgusException failure) {
    try {
      if (!sequence.state().terminal()) {
        sequence.giveUp(failure);
      }
    } finally {
      retire(sequence);
    }
  }

  private void retire(Sequence sequence) {
    live.remove(sequence.id());
    if (sequence.slot() < 0) {
      waiting.remove(sequence);
      return;
    }
    slots.release(sequence.slot());
    retryHint.slotHeld(nanoClock.getAsLong() - sequence.grantedNanos());
  }

  private void ifLive(long id, Consumer<Sequence> action) {
    Sequence sequence = live.get(id);
    if (sequence != null) {
      action.accept(sequence);
    }
  }

  private List<Sequence> in(SequenceState state) {
    return live.values().stream().filter(sequence -> sequence.state() == state).toList();
  }

  private Duration retryAfter() {
    return retryHint.after(waiting.size(), model.slots());
  }

  private static boolean runnable(SequenceState state) {
    return state == SequenceState.DECODING || state == SequenceState.PREFILLING;
  }
}
