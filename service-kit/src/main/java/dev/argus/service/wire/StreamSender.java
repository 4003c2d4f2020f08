package dev.argus.service.wire;

import dev.argus.base.failure.ArgusException;
import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.DeadlineExpired;
import dev.argus.service.error.GrpcErrors;
import io.grpc.Context;
import io.grpc.stub.CallStreamObserver;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Sends a stream's messages and waits while the reader is slow.
 *
 * <p>gRPC's own {@code onNext} never waits: it buffers without limit. {@link #send} waits until the
 * transport asks for more, so at most one message beyond the transport's window (32 KiB) is held.
 *
 * <p>Thread-safe: messages of several threads are sent one after the other. {@code send} blocks its
 * thread, which must not be the one that the call's events arrive on (the method that serves the
 * call, or a callback): gRPC delivers a call's events one at a time, so the event that ends the
 * wait could not arrive. {@link StreamingCall#serve} starts the right thread.
 *
 * @param <T> the stream's message
 */
public final class StreamSender<T> {
  private final CallStreamObserver<T> call;
  private final Duration stallLimit;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable ArgusException broken;
  private boolean closed;
  private @Nullable Runnable cancelHook;

  private StreamSender(CallStreamObserver<T> call, Duration stallLimit) {
    this.call = call;
    this.stallLimit = stallLimit;
  }

  /**
   * The server's side. To be called by the method that serves the call, before it returns.
   *
   * @param responses what gRPC handed to the method
   * @param stallLimit how long a reader may take nothing before it is given up
   */
  public static <T> StreamSender<T> toClient(StreamObserver<T> responses, Duration stallLimit) {
    var call = (ServerCallStreamObserver<T>) responses;
    var sender = new StreamSender<>(call, stallLimit);
    call.setOnReadyHandler(sender::wake);
    call.setOnCancelHandler(() -> sender.abort(new Cancelled("The caller cancelled")));
    // Arrives even while the call's own events wait, and knows a deadline from a cancellation.
    Context.current()
        .addListener(context -> sender.abort(reason(context.cancellationCause())), Runnable::run);
    return sender;
  }

  /**
   * The client's side. To be called from {@code ClientResponseObserver.beforeStart}.
   *
   * @param stallLimit how long the server may take nothing before it is given up
   */
  static <T> StreamSender<T> toServer(ClientCallStreamObserver<T> call, Duration stallLimit) {
    var sender = new StreamSender<>(call, stallLimit);
    call.setOnReadyHandler(sender::wake);
    return sender;
  }

  /**
   * Sends a message as soon as the reader has room.
   *
   * @throws Cancelled when the reader cancelled or took nothing for the stall limit, or the thread
   *     was interrupted
   * @throws DeadlineExpired when the call's deadline passed
   * @throws ArgusException what {@link #abort} was given
   */
  public void send(T message) {
    lock.lock();
    try {
      awaitRoom();
      call.onNext(message);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Throws what {@link #send} would, if the stream has ended. Cheap: for long work between
   * messages.
   */
  public void ensureOpen() {
    lock.lock();
    try {
      if (broken != null) {
        throw broken;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends the stream well. Does nothing once it has ended. */
  public void complete() {
    lock.lock();
    try {
      if (!closed && broken == null) {
        closed = true;
        call.onCompleted();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends the stream with a failure, as {@link GrpcErrors#toStatus} tells it. Does nothing once it
   * has ended well.
   */
  public void fail(Throwable failure) {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        call.onError(GrpcErrors.toStatus(failure));
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Runs when the reader cancels or the deadline passes; at once if that has happened. One hook a
   * stream. It runs on gRPC's thread and must be quick.
   */
  public void onCancel(Runnable hook) {
    boolean late;
    lock.lock();
    try {
      cancelHook = hook;
      late = broken != null;
    } finally {
      lock.unlock();
    }
    if (late) {
      hook.run();
    }
  }

  /** Makes every {@link #send}, waiting or to come, throw the failure. The first one stays. */
  public void abort(ArgusException failure) {
    Runnable hook = null;
    lock.lock();
    try {
      if (broken == null) {
        broken = failure;
        hook = closed ? null : cancelHook;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    if (hook != null) {
      hook.run();
    }
  }

  private void awaitRoom() {
    long left = stallLimit.toNanos();
    while (true) {
      if (broken != null) {
        throw broken;
      }
      if (closed) {
        throw new IllegalStateException("The stream has ended");
      }
      if (call.isReady()) {
        return;
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

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static ArgusException reason(@Nullable Throwable cause) {
    return cause instanceof TimeoutException
        ? new DeadlineExpired("The time allowed for the request ran out")
        : new Cancelled("The caller cancelled");
  }
}
