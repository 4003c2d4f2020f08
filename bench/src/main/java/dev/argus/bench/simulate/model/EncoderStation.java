package dev.argus.bench.simulate.model;

import dev.argus.bench.simulate.profile.Encoding;
import dev.argus.bench.simulate.time.Calendar;
import dev.argus.bench.simulate.time.Processor;
import dev.argus.bench.simulate.time.Work;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Encodes tiles: runs of as many as wait, up to a batch, one from each request in turn. Pictures
 * whose features are kept are there at once; the one that was shown least lately is dropped. That
 * two requests can wait for the same tile is left out.
 */
public final class EncoderStation implements Station {
  private final Calendar calendar;
  private final Encoding costs;
  private final Consumer<Request> progress;
  private final Work work;
  private final Deque<Request> turns = new ArrayDeque<>();
  private final List<Request> batch = new ArrayList<>();
  private final Map<Long, Boolean> cache =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
          return size() > costs.cachedPictures();
        }
      };
  private int queued;
  private int calls;
  private double begun;
  private long lookups;
  private long hits;

  /**
   * @param progress told of a request each time that some of its tiles are there
   */
  public EncoderStation(
      Calendar calendar, Processor processor, Encoding costs, Consumer<Request> progress) {
    this.calendar = calendar;
    this.costs = costs;
    this.progress = progress;
    this.work = new Work(processor, processor.threads(), this::end);
  }

  /** Takes a request's tiles; false: it is refused. */
  public boolean offer(Request request) {
    lookups++;
    if (cache.get(request.question().picture()) != null) {
      hits++;
      request.tilesDone = request.question().tiles();
      progress.accept(request);
      return true;
    }
    if (queued + request.tilesLeft > costs.queuedTiles()) {
      return false;
    }
    calls++;
    queued += request.tilesLeft;
    turns.add(request);
    if (batch.isEmpty()) {
      begin();
    }
    return true;
  }

  @Override
  public int calls() {
    return calls;
  }

  @Override
  public int load() {
    Set<Request> busy = new HashSet<>(turns);
    busy.addAll(batch);
    return busy.size();
  }

  @Override
  public void drop(Request request) {
    if (turns.remove(request)) {
      queued -= request.tilesLeft;
      calls--;
    }
  }

  /** Pictures that were asked for. */
  public long lookups() {
    return lookups;
  }

  /** Those of them whose features were kept. */
  public long hits() {
    return hits;
  }

  private void begin() {
    while (batch.size() < costs.maxBatch() && !turns.isEmpty()) {
      Request request = turns.remove();
      batch.add(request);
      queued--;
      if (--request.tilesLeft > 0) {
        turns.add(request);
      }
    }
    if (!batch.isEmpty()) {
      begun = calendar.now();
      work.begin(costs.runMs().at(batch.size()) / 1000);
    }
  }

  private void end() {
    List<Request> encoded = List.copyOf(batch);
    batch.clear();
    double seconds = (calendar.now() - begun) / encoded.size();
    for (Request request : encoded) {
      request.encodeSeconds += seconds;
      request.tilesDone++;
      if (request.tilesDone == request.question().tiles()) {
        calls--;
        cache.put(request.question().picture(), true);
      }
    }
    begin();
    for (Request request : encoded) {
      if (request.isUnderWay()) {
        progress.accept(request);
      }
    }
  }
}
