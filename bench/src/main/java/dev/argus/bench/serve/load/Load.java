package dev.argus.bench.serve.load;

import dev.argus.bench.serve.endpoint.Endpoint;
import dev.argus.bench.serve.endpoint.Question;
import dev.argus.bench.serve.endpoint.Reply;
import dev.argus.bench.serve.endpoint.RequestFailed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Puts load on an endpoint: each request, or client, has a virtual thread of its own. No failure of
 * a request ends a run. {@link #stop} may be called from any thread; the rest from one.
 *
 * <p>Questions are made ready before their time, so that what it takes to write them counts for
 * nobody, unless the client cannot keep up; then it does count, as the intended time has passed.
 */
public final class Load {
  private final Endpoint endpoint;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Set<Thread> clients = ConcurrentHashMap.newKeySet();

  /**
   * @param endpoint stays the caller's to close
   */
  public Load(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  /**
   * Asks.
   *
   * @param questions each is asked once
   * @param seed of the arrival times of an open loop
   * @param afterEach told after each request, by one thread at a time
   */
  public Run run(Pace pace, List<Question> questions, long seed, Runnable afterEach)
      throws InterruptedException {
    Ledger ledger = new Ledger(pace, questions.size(), afterEach);
    switch (pace) {
      case Pace.Closed closed -> closed(closed, questions, ledger);
      case Pace.Open open -> open(open, questions, ledger, seed);
    }
    return ledger.run();
  }

  /** Gives up all requests that are under way, and sends no more. */
  public void stop() {
    stopped.countDown();
    clients.forEach(Thread::interrupt);
  }

  /** Whether it was stopped. */
  public boolean isStopped() {
    return stopped.getCount() == 0;
  }

  private void closed(Pace.Closed pace, List<Question> questions, Ledger ledger)
      throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < Math.min(pace.concurrency(), questions.size()); i++) {
      threads.add(
          start(() -> {
            for (int at = next.getAndIncrement();
                at < questions.size() && !isStopped();
                at = next.getAndIncrement()) {
              Endpoint.Call call = endpoint.prepare(questions.get(at));
              ask(call, ledger.now(), ledger);
            }
          }));
    }
    join(threads);
  }

  private void open(Pace.Open pace, List<Question> questions, Ledger ledger, long seed)
      throws InterruptedException {
    long[] arrivals = Arrivals.draw(pace, questions.size(), new Random(seed));
    Semaphore places = new Semaphore(pace.concurrency().orElse(Integer.MAX_VALUE), true);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < arrivals.length; i++) {
      long intended = arrivals[i];
      Endpoint.Call call = endpoint.prepare(questions.get(i));
      if (stopped.await(intended - ledger.now(), TimeUnit.NANOSECONDS)) {
        break;
      }
      threads.add(
          start(() -> {
            try {
              places.acquire();
              ask(call, intended, ledger);
              places.release();
            } catch (InterruptedException e) {
              ledger.add(new Outcome.GivenUp());
            }
          }));
    }
    join(threads);
  }

  private void ask(Endpoint.Call call, long intended, Ledger ledger) {
    if (isStopped()) {
      ledger.add(new Outcome.GivenUp());
      return;
    }
    List<Long> heard = Collections.synchronizedList(new ArrayList<>());
    long sent = ledger.now();
    try {
      Reply reply = call.listen(() -> heard.add(ledger.now()));
      long end = ledger.now();
      ledger.add(
          heard.isEmpty()
              ? new Outcome.Failed("no tokens", "the answer ended before its first token")
              : new Outcome.Answered(
                  new Timing(intended, sent, heard, end),
                  reply.promptTokens().orElse(0),
                  reply.outputTokens().orElse(heard.size()),
                  reply.stageMillis()));
    } catch (RequestFailed e) {
      ledger.add(new Outcome.Failed(e.kind(), e.details()));
    } catch (RuntimeException e) {
      // Such as a server that speaks another protocol: counted, like all else that fails.
      ledger.add(new Outcome.Failed(e.getClass().getSimpleName(), String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      ledger.add(new Outcome.GivenUp());
    }
  }

  /** Starts a thread that {@link #stop} reaches, whenever it comes. */
  private Thread start(Runnable task) {
    Thread thread =
        Thread.ofVirtual()
            .unstarted(() -> {
              try {
                if (isStopped()) {
                  Thread.currentThread().interrupt();
                }
                task.run();
              } finally {
                clients.remove(Thread.currentThread());
              }
            });
    clients.add(thread);
    thread.start();
    return thread;
  }

  private static void join(List<Thread> threads) throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /** Takes down what becomes of requests. Thread-safe. */
  private static final class Ledger {
    private final Pace pace;
    private final int planned;
    private final Runnable afterEach;
    private final long begin = System.nanoTime();
    private final List<Outcome> outcomes = new ArrayList<>();

    Ledger(Pace pace, int planned, Runnable afterEach) {
      this.pace = pace;
      this.planned = planned;
      this.afterEach = afterEach;
    }

    /** Nanoseconds since the begin. */
    long now() {
      return System.nanoTime() - begin;
    }

    synchronized void add(Outcome outcome) {
      outcomes.add(outcome);
      afterEach.run();
    }

    synchronized Run run() {
      boolean wholly =
          outcomes.size() == planned
              && outcomes.stream().noneMatch(Outcome.GivenUp.class::isInstance);
      return new Run(pace, now() / 1e9, outcomes, wholly);
    }
  }
}
