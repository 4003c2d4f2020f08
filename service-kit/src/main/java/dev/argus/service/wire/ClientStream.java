package dev.argus.service.wire;

import dev.argus.base.failure.ArgusException;
import dev.argus.base.failure.Cancelled;
import dev.argus.service.error.GrpcErrors;
import dev.argus.v1.Stage;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of a call, written and read by blocking threads with flow control both ways.
 *
 * <p>Thread-safe: one thread may send while another receives and a third cancels. Whoever opened it
 * reads it to its end or closes it; closing a call that has ended does nothing.
 *
 * @param <Q> the request's message
 * @param <R> the response's message
 */
public final class ClientStream<Q, R> implements AutoCloseable {
  private final Calls<Q, R> calls;

  private ClientStream(Calls<Q, R> calls) {
    this.calls = calls;
  }

  /**
   * Opens a call. The caller's gRPC context gives it its deadline, and cancels it when it is
   * cancelled itself.
   *
   * @param peer the stage that is called, for messages of failures
   * @param limits how far either side may run ahead
   * @param start starts the call with the observer of its responses: {@code stub::decode}, or
   *     {@code observer -> stub.preprocess(request, observer)}
   */
  public static <Q, R> ClientStream<Q, R> open(
      Stage peer, StreamLimits limits, Consumer<StreamObserver<R>> start) {
    var calls = new Calls<Q, R>(peer, limits);
    start.accept(calls);
    return new ClientStream<>(calls);
  }

  /**
   * Sends a message as soon as the server has room.
   *
   * @throws ArgusException what ended the call
   * @throws Cancelled when the server took nothing for the stall limit
   */
  public void send(Q message) {
    calls.sender().send(message);
  }

  /**
   * Whether the server has ended the call well: it takes no more, and what {@link #send} throws
   * then is no failure of the call.
   */
  public boolean ended() {
    return calls.ended;
  }

  /** Says that no more messages follow. Does nothing if the call has ended. */
  public void halfClose() {
    calls.sender().complete();
  }

  /**
   * Waits for the next response; empty after the last one.
   *
   * @throws ArgusException what ended the call
   */
  public Optional<R> next() {
    return calls.receiver().next();
  }

  /**
   * Ends the call at once: both sides' waits throw the reason, and the server sees a cancellation.
   */
  public void cancel(ArgusException reason) {
    calls.sender().abort(reason);
    calls.receiver().abort(reason);
    calls.call().cancel(reason.getMessage(), reason);
  }

  @Override
  public void close() {
    cancel(new Cancelled("The call was closed"));
  }

  /** What gRPC tells about the call. */
  private static final class Calls<Q, R> implements ClientResponseObserver<Q, R> {
    private final Stage peer;
    private final StreamLimits limits;
    private volatile boolean ended;
    private @Nullable ClientCallStreamObserver<Q> call;
    private @Nullable StreamSender<Q> sender;
    private @Nullable StreamReceiver<R> receiver;

    Calls(Stage peer, StreamLimits limits) {
      this.peer = peer;
      this.limits = limits;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> started) {
      started.disableAutoRequestWithInitial(limits.prefetch());
      call = started;
      sender = StreamSender.toServer(started, limits.stall());
      receiver = StreamReceiver.fromServer(started, peer, limits.prefetch());
    }

    @Override
    public void onNext(R message) {
      receiver().onNext(message);
    }

    @Override
    public void onError(Throwable error) {
      ArgusException failure = GrpcErrors.fromStatus(peer, error);
      sender().abort(failure);
      receiver().onError(failure);
    }

    @Override
    public void onCompleted() {
      ended = true;
      sender().abort(new Cancelled("The server has ended the call"));
      receiver().onCompleted();
    }

    ClientCallStreamObserver<Q> call() {
      return Objects.requireNonNull(call, "start did not start a call");
    }

    StreamSender<Q> sender() {
      return Objects.requireNonNull(sender, "start did not start a call");
    }

    StreamReceiver<R> receiver() {
      return Objects.requireNonNull(receiver, "start did not start a call");
    }
  }
}
