package dev.argus.gateway.grpc;

import dev.argus.base.failure.ArgusException;
import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.DeadlineExpired;
import dev.argus.base.failure.Upstream;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.Context.CancellationListener;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The time and the will of one request's caller: ends when the deadline passes or the caller
 * cancels, and then cancels every call that was opened within {@link #context}.
 */
final class RequestClock implements AutoCloseable {
  private final CancellableContext context;
  private CancellationListener listener = _ -> {};

  private RequestClock(CancellableContext context) {
    this.context = context;
  }

  /**
   * Begins within the current call's context.
   *
   * @param timeout for a caller that set no deadline
   * @param maxTimeout for any caller
   */
  static RequestClock start(Duration timeout, Duration maxTimeout, ScheduledExecutorService timer) {
    Duration limit = Context.current().getDeadline() == null ? timeout : maxTimeout;
    return new RequestClock(
        Context.current().withDeadlineAfter(limit.toNanos(), TimeUnit.NANOSECONDS, timer));
  }

  /** Where the stages' streams are to be opened. */
  Context context() {
    return context;
  }

  /**
   * Calls back when the time is over or the caller cancels, before the calls opened after this are
   * cancelled. At most one action.
   */
  void onEnd(Consumer<ArgusException> action) {
    listener = ended -> action.accept(reason(ended.cancellationCause()));
    context.addListener(listener, Runnable::run);
  }

  /**
   * What a failure of the request really was: a stage that was cancelled because the time was over
   * says so in its own words, and may be heard first.
   */
  RuntimeException judge(RuntimeException failure) {
    boolean followed = failure instanceof Upstream || failure instanceof Cancelled;
    return followed && context.isCancelled() ? reason(context.cancellationCause()) : failure;
  }

  private static ArgusException reason(@Nullable Throwable cause) {
    return cause instanceof TimeoutException
        ? new DeadlineExpired("The time allowed for the request ran out")
        : new Cancelled("The caller cancelled");
  }

  /** Ends the context without calling back. */
  @Override
  public void close() {
    context.removeListener(listener);
    context.close();
  }
}
