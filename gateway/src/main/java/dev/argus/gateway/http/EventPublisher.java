package dev.argus.gateway.http;

import dev.argus.base.failure.ArgusException;
import dev.argus.base.failure.Cancelled;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * A stream of events to one client, whose sender waits while the client is slow: an event is handed
 * on when the transport asks for one, and never held.
 *
 * <p>Thread-safe. One subscriber; another one is refused.
 */
final class EventPublisher implements Publisher<String> {
  private final Duration stallLimit;
  private final Runnable onCancel;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // All guarded by the lock.
  private @Nullable Subscriber<? super String> subscriber;
  private long demand;
  private @Nullable ArgusException broken;
  private boolean ended;
  private boolean told;
  private @Nullable String last; // handed on once the client has room, and then the end

  /**
   * @param stallLimit how long a client may take nothing before it is given up
   * @param onCancel runs when the transport wants no more; must be quick
   */
  EventPublisher(Duration stallLimit, Runnable onCancel) {
    this.stallLimit = stallLimit;
    this.onCancel = onCancel;
  }

  @Override
  public void subscribe(Subscriber<? super String> wanting) {
    lock.lock();
    try {
      if (subscriber != null) {
        throw new IllegalStateException("The events have a reader");
      }
      subscriber = wanting;
      wanting.onSubscribe(new Demand());
      finish();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Hands on an event as soon as the client has room.
   *
   * @throws Cancelled when the client took nothing for the stall limit
   * @throws ArgusException what {@link #abort} was given
   */
  void send(String event) {
    lock.lock();
    try {
      Subscriber<? super String> reader = awaitReader();
      demand--;
      reader.onNext(event);
    } finally {
      lock.unlock();
    }
  }

  /** Ends the stream. Does nothing once it has ended. */
  void end() {
    end(null);
  }

  /** Ends the stream with an event, whatever {@link #abort} was given. Does not wait. */
  void endWith(String event) {
    end(event);
  }

  private void end(@Nullable String event) {
    lock.lock();
    try {
      if (!ended) {
        ended = true;
        last = event;
        finish();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Tells the client of the end, unless the last event has to wait for room. */
  private void finish() {
    Subscriber<? super String> reader = subscriber;
    if (!ended || told || reader == null || (last != null && demand == 0)) {
      return;
    }
    told = true;
    if (last != null) {
      reader.onNext(last);
    }
    reader.onComplete();
  }

  /** Makes every {@link #send}, waiting or to come, throw the failure. The first one stays. */
  void abort(ArgusException reason) {
    lock.lock();
    try {
      if (broken == null) {
        broken = reason;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private Subscriber<? super String> awaitReader() {
    long left = stallLimit.toNanos();
    while (true) {
      if (broken != null) {
        throw broken;
      }
      if (subscriber != null && demand > 0) {
        return subscriber;
      }
      if (left <= 0) {
        throw new Cancelled("The reader took nothing for " + stallLimit.toSeconds() + " s");
      }
      try {
        left = changed.awaitNanos(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new Cancelled("Interrupted while the reader was slow");
      }
    }
  }

  private final class Demand implements Subscription {
    @Override
    public void request(long events) {
      lock.lock();
      try {
        demand = demand + events < 0 ? Long.MAX_VALUE : demand + events;
        changed.signalAll();
        finish();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void cancel() {
      onCancel.run();
    }
  }
}
