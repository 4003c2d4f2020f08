package dev.argus.service.error;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.RetryInfo;
import dev.argus.base.failure.ArgusException;
import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.DeadlineExpired;
import dev.argus.base.failure.InvalidInput;
import dev.argus.base.failure.ModelFault;
import dev.argus.base.failure.NotFound;
import dev.argus.base.failure.Overloaded;
import dev.argus.base.failure.Upstream;
import dev.argus.base.failure.WrongCheckpoint;
import dev.argus.v1.Stage;
import io.grpc.Status.Code;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Failures on the wire: {@link #toStatus} at the server's boundary, {@link #fromStatus} at the
 * client's. What a failure knows beyond its message (the wrong field, when to retry) travels as
 * {@code google.rpc} error details and survives the way there and back.
 */
public final class GrpcErrors {
  private static final Logger LOG = LoggerFactory.getLogger(GrpcErrors.class);

  /**
   * Limits in UTF-8 bytes. A status is sent as headers, 8 KiB in all: the message once
   * percent-encoded (up to three times its size) and once in base64 among the details.
   */
  private static final int MAX_MESSAGE_BYTES = 1200;

  private static final int MAX_FIELD_BYTES = 200;

  private GrpcErrors() {}

  /**
   * What the caller is told. Faults of Argus or of the model are logged here, once, with their
   * stack trace; the caller gets an incident id to find them by, and no details of what nobody
   * foresaw. A status stays as it is.
   */
  public static StatusRuntimeException toStatus(Throwable failure) {
    return switch (failure) {
      case ArgusException known -> toStatus(known);
      case StatusRuntimeException status -> status;
      case StatusException status ->
          new StatusRuntimeException(status.getStatus(), status.getTrailers());
      default -> status(Code.INTERNAL, "Internal error" + incident(failure));
    };
  }

  private static StatusRuntimeException toStatus(ArgusException failure) {
    String message = message(failure);
    return switch (failure) {
      case InvalidInput wrong -> status(Code.INVALID_ARGUMENT, message, violation(wrong));
      case NotFound _ -> status(Code.NOT_FOUND, message);
      case WrongCheckpoint _ -> status(Code.FAILED_PRECONDITION, message);
      case Overloaded full -> status(Code.RESOURCE_EXHAUSTED, message, retry(full));
      case DeadlineExpired _ -> status(Code.DEADLINE_EXCEEDED, message);
      case Cancelled _ -> status(Code.CANCELLED, message);
      case ModelFault fault -> status(Code.INTERNAL, message + incidentUnlessLogged(fault));
      case Upstream _ -> status(Code.UNAVAILABLE, message);
    };
  }

  /**
   * What a call to another stage failed with.
   *
   * @param peer the stage that was called
   * @param failure what the call threw, or handed to {@code onError}
   */
  public static ArgusException fromStatus(Stage peer, Throwable failure) {
    return switch (failure) {
      case ArgusException known -> known;
      case StatusRuntimeException status -> ReceivedStatus.of(peer, status).toFailure();
      case StatusException status -> ReceivedStatus.of(peer, status).toFailure();
      default ->
          new Upstream("The call to the " + Peers.name(peer) + " failed: " + failure, failure);
    };
  }

  private static StatusRuntimeException status(Code code, String message, Message... details) {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder()
            .setCode(code.value())
            .setMessage(Messages.shorten(message, MAX_MESSAGE_BYTES));
    for (Message detail : details) {
      status.addDetails(Any.pack(detail));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }

  private static BadRequest violation(InvalidInput wrong) {
    return BadRequest.newBuilder()
        .addFieldViolations(
            BadRequest.FieldViolation.newBuilder()
                .setField(Messages.shorten(wrong.field(), MAX_FIELD_BYTES)))
        .build();
  }

  private static RetryInfo retry(Overloaded full) {
    var delay =
        com.google.protobuf.Duration.newBuilder()
            .setSeconds(full.retryAfter().toSeconds())
            .setNanos(full.retryAfter().toNanosPart());
    return RetryInfo.newBuilder().setRetryDelay(delay).build();
  }

  /** A fault that another stage reported carries that stage's incident id already. */
  private static String incidentUnlessLogged(ModelFault fault) {
    boolean logged = fault.getCause() instanceof StatusRuntimeException;
    return logged ? "" : incident(fault);
  }

  private static String incident(Throwable failure) {
    String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    LOG.error("Incident {}", id, failure);
    return " (incident " + id + ")";
  }

  private static String message(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
