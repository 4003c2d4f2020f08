package dev.argus.service.wire;

import dev.argus.base.failure.ArgusException;
import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.DeadlineExpired;
import dev.argus.service.error.GrpcErrors;
import dev.argus.v1.Stage;
import io.grpc.stub.CallStreamObserver;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Receives a stream's messages one at a time and makes the sender wait while nobody takes them.
 *
 * <p>Holds at most {@code prefetch} messages. gRPC is asked for more when half of them were taken:
 * each time it is asked, the connection's thread is woken. Thread-safe. {@link #next} blocks its
 * thread, which must not be the one that the call's events arrive on (see {@link StreamSender}).
 *
 * @param <T> the stream's message
 */
public final class StreamReceiver<T> implements StreamObserver<T> {
  private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

  private final CallStreamObserver<?> call;
  private final Stage peer;
  private final int batch;
  private final Duration longestWait;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<T> received = new ArrayDeque<>();
  private int taken;
  private boolean ended;
  private @Nullable ArgusException failure;
  private @Nullable ArgusException aborted;

  private StreamReceiver(
      CallStreamObserver<?> call, Stage peer, int prefetch, Duration longestWait) {
    this.call = call;
    this.peer = peer;
    this.batch = (prefetch + 1) / 2;
    this.longestWait = longestWait;
  }

  /**
   * The server's side of a stream of requests. To be called by the method that serves the call,
   * before it returns, and to be returned by it.
   *
   * @param responses what gRPC handed to the method
   * @param limits how many messages to hold at most, and how long a sender may send nothing
   */
  public static <T> StreamReceiver<T> fromClient(StreamObserver<?> responses, StreamLimits limits) {
    var call = (ServerCallStreamObserver<?>) responses;
    call.disableAutoRequest();
    var receiver =
        new StreamReceiver<T>(call, Stage.STAGE_UNSPECIFIED, limits.prefetch(), limits.stall());
    call.request(limits.prefetch());
    return receiver;
  }

  /**
   * The client's side of a stream of responses. An answer may take as long as the call may: its
   * deadline ends the wait.
   *
   * @param prefetch how many messages gRPC has been asked for
   */
  static <T> StreamReceiver<T> fromServer(CallStreamObserver<?> call, Stage peer, int prefetch) {
    return new StreamReceiver<>(call, peer, prefetch, FOREVER);
  }

  /**
   * Waits for the next message; empty after the last one.
   *
   * @throws ArgusException what ended the stream, once the messages before it are taken
   * @throws DeadlineExpired when a client sent nothing for the stall limit
   * @throws Cancelled when the thread was interrupted
   */
  public Optional<T> next() {
    lock.lock();
    try {
      T message = take();
      if (message == null) {
        return Optional.empty();
      }
      taken++;
      if (taken == batch) {
        taken = 0;
        call.request(batch);
      }
      return Optional.of(message);
    } finally {
      lock.unlock();
    }
  }

  /** Takes every message in order, until the last one or until the body or the stream fails. */
  public void forEach(Consumer<? super T> body) {
    for (Optional<T> message = next(); message.isPresent(); message = next()) {
      body.accept(message.get());
    }
  }

  private @Nullable T take() {
    long left = longestWait.toNanos();
    while (true) {
      if (aborted != null) {
        throw aborted;
      }
      T message = received.poll();
      if (message != null) {
        return message;
      }
      if (failure != null) {
        throw failure;
      }
      if (ended) {
        return null;
      }
      if (left <= 0) {
        throw new DeadlineExpired("No message came for " + longestWait.toSeconds() + " s");
      }
      try {
        left = changed.awaitNanos(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new Cancelled("Interrupted while waiting for a message");
      }
    }
  }

  @Override
  public void onNext(T message) {
    update(() -> received.add(message));
  }

  @Override
  public void onError(Throwable error) {
    update(() -> failure = GrpcErrors.fromStatus(peer, error));
  }

  @Override
  public void onCompleted() {
    update(() -> ended = true);
  }

  /**
   * Makes every {@link #next}, waiting or to come, throw the failure; what is held is dropped. The
   * first one stays.
   */
  void abort(ArgusException reason) {
    update(() -> {
      if (aborted == null) {
        aborted = reason;
        received.clear();
      }
    });
  }

  private void update(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
