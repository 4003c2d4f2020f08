package dev.argus.bench.simulate.model;

import dev.argus.bench.simulate.profile.Preprocessing;
import dev.argus.bench.simulate.time.Calendar;
import dev.argus.bench.simulate.time.Processor;
import dev.argus.bench.simulate.time.Work;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Cuts pictures: one thread for each, as many at once as there are processors, by arrival. Tiles go
 * on when all are cut. That several threads share a picture which is alone is left out.
 */
public final class PreprocessStation implements Station {
  private final Calendar calendar;
  private final Preprocessing costs;
  private final int limit;
  private final Consumer<Request> cut;
  private final Deque<Request> waiting = new ArrayDeque<>();
  private final Deque<Lane> idle = new ArrayDeque<>();
  private int running;

  /**
   * @param cut told of each request whose picture is cut
   */
  public PreprocessStation(
      Calendar calendar, Processor processor, Preprocessing costs, Consumer<Request> cut) {
    this.calendar = calendar;
    this.costs = costs;
    this.limit = costs.requestsPerCpu() * processor.threads();
    this.cut = cut;
    for (int i = 0; i < processor.threads(); i++) {
      idle.add(new Lane(processor));
    }
  }

  /** Takes a request; false: it is refused. */
  public boolean offer(Request request) {
    if (calls() >= limit) {
      return false;
    }
    waiting.add(request);
    next();
    return true;
  }

  @Override
  public int calls() {
    return waiting.size() + running;
  }

  @Override
  public int load() {
    return calls();
  }

  @Override
  public void drop(Request request) {
    waiting.remove(request);
  }

  private void next() {
    if (!idle.isEmpty() && !waiting.isEmpty()) {
      running++;
      idle.remove().begin(waiting.remove());
    }
  }

  /** A thread. */
  private final class Lane {
    private final Work work;

    @SuppressWarnings("NullAway.Init") // Set before the work begins.
    private Request request;

    private double begun;

    Lane(Processor processor) {
      work = new Work(processor, 1, this::end);
    }

    void begin(Request next) {
      request = next;
      begun = calendar.now();
      work.begin(costs.pictureMs().at(next.question().megapixels()) / 1000);
    }

    private void end() {
      request.preprocessSeconds += calendar.now() - begun;
      Request ended = request;
      running--;
      idle.push(this);
      next();
      if (ended.isUnderWay()) {
        cut.accept(ended);
      }
    }
  }
}
