package dev.argus.bench.simulate.model;

import dev.argus.bench.simulate.profile.Decoding;
import dev.argus.bench.simulate.time.Calendar;
import dev.argus.bench.simulate.time.Processor;
import dev.argus.bench.simulate.time.Work;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The decoder's scheduler: slots by arrival; in each iteration one decode step for all sequences
 * that generate, then a chunk of the oldest prompt that has tokens to read, and of younger ones
 * that fit into what is left of it to their ends. A request holds its slot from when it gets it,
 * also while its picture is being encoded. Tokens come at the end of their iteration. The prefix
 * cache is left out.
 *
 * <p>Design: an event for each iteration would be thousands a second for each replica. But between
 * two changes iterations are alike: the same sequences, one token each, contexts longer by as much.
 * So while nothing is read, all iterations until the first answer ends are one {@link Stretch}, one
 * event. What comes in the middle of it ends the stretch with the iteration that is going on, which
 * is when the scheduler would have noticed. A limit of one iteration to a stretch gives the
 * stepwise model, with the same times.
 */
public final class DecoderStation implements Station {
  /** A run of the model for one more prompt takes as much of a chunk as so many tokens. */
  private static final int RUN_TOKENS = 16;

  private final Calendar calendar;
  private final Decoding costs;
  private final int longestStretch;
  private final Listener listener;
  private final Work work;
  private final Deque<Request> waiting = new ArrayDeque<>();
  private final List<Request> slots = new ArrayList<>();
  private final List<Chunk> chunks = new ArrayList<>();
  private Stretch stretch = new Stretch(0, 0);
  private int steps;
  private boolean running;
  private double begun;

  /** Hears what becomes of requests, after the station is ready for the next. */
  interface Listener {
    void answered(Request request);

    void waitedTooLong(Request request);
  }

  private record Chunk(Request request, int tokens) {}

  DecoderStation(
      Calendar calendar,
      Processor processor,
      Decoding costs,
      int longestStretch,
      Listener listener) {
    this.calendar = calendar;
    this.costs = costs;
    this.longestStretch = longestStretch;
    this.listener = listener;
    this.work = new Work(processor, processor.threads(), this::end);
  }

  /** Takes a request; false: it is refused. */
  public boolean offer(Request request) {
    if (waiting.size() >= costs.queueLimit() + costs.slots() - slots.size()) {
      return false;
    }
    request.queuedAt = calendar.now();
    waiting.add(request);
    if (slots.size() < costs.slots()) {
      wake();
    }
    return true;
  }

  /** So many of a request's first tokens may be read. */
  void readable(Request request, int tokens) {
    if (tokens > request.readable) {
      request.readable = tokens;
      if (slots.contains(request)) {
        wake();
      }
    }
  }

  @Override
  public int calls() {
    return waiting.size() + slots.size();
  }

  @Override
  public int load() {
    int load = waiting.size();
    for (Request request : slots) {
      load += request.promptRead() || request.readable > request.read ? 1 : 0;
    }
    return load;
  }

  @Override
  public void drop(Request request) {
    if (!waiting.remove(request) && slots.remove(request) && !waiting.isEmpty()) {
      wake();
    }
  }

  private void wake() {
    if (!running) {
      begin();
    } else if (steps > 1) {
      int present = stretch.stepAt(work.progress());
      if (present < steps) {
        steps = present;
        work.endAfter(stretch.seconds(steps));
      }
    }
  }

  private void begin() {
    grantSlots();
    double reading = planChunks();
    stretch = planSteps();
    running = steps > 0 || !chunks.isEmpty();
    if (running) {
      begun = calendar.now();
      work.begin(stretch.seconds(steps) + reading);
    }
  }

  private void grantSlots() {
    while (!waiting.isEmpty() && slots.size() < costs.slots()) {
      Request request = waiting.remove();
      if (calendar.now() - request.queuedAt > costs.queueWaitSeconds()) {
        listener.waitedTooLong(request);
      } else {
        slots.add(request);
      }
    }
  }

  /** Chooses what is read, and tells the seconds that it takes. */
  private double planChunks() {
    chunks.clear();
    int left = costs.chunkBeside((int) slots.stream().filter(Request::promptRead).count());
    double seconds = 0;
    for (Request request : slots) {
      int unread = request.question().promptTokens() - request.read;
      int ready = request.readable - request.read;
      boolean fits = chunks.isEmpty() || (unread <= left && ready == unread);
      if (ready > 0 && fits) {
        int tokens = Math.min(ready, left);
        chunks.add(new Chunk(request, tokens));
        left -= tokens + RUN_TOKENS;
        seconds += costs.prefillMs(tokens) / 1000;
      }
    }
    return seconds;
  }

  /** Counts the decode steps until something changes, if nothing comes. */
  private Stretch planSteps() {
    int sequences = 0;
    long contexts = 0;
    int shortest = Integer.MAX_VALUE;
    for (Request request : slots) {
      if (request.promptRead()) {
        sequences++;
        contexts += request.question().promptTokens() + request.generated;
        shortest = Math.min(shortest, request.question().outputTokens() - request.generated);
      }
    }
    if (sequences == 0) {
      steps = 0;
      return new Stretch(0, 0);
    }
    steps = chunks.isEmpty() ? Math.min(shortest, longestStretch) : 1;
    return new Stretch(
        costs.stepMs(sequences, contexts) / 1000, costs.contextTokenMs() * sequences / 1000);
  }

  private void end() {
    List<Request> answered = new ArrayList<>();
    double now = calendar.now();
    for (Request request : slots) {
      if (request.promptRead()) {
        request.generated += steps;
      }
    }
    for (Chunk chunk : chunks) {
      Request request = chunk.request();
      request.prefillSeconds += (now - begun) / chunks.size();
      request.read += chunk.tokens();
      if (request.promptRead()) {
        request.firstToken(now);
      }
    }
    slots.removeIf(request -> request.answered() && answered.add(request));
    begin();
    answered.forEach(listener::answered);
  }
}
