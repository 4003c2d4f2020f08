package dev.argus.service.error;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
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
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A status as another stage, or gRPC itself, reported it.
 *
 * @param peer who was called
 * @param status code and message
 * @param rich whether a stage said it: gRPC's own statuses have no google.rpc.Status
 * @param details google.rpc error details, empty when there are none
 * @param cause the exception that carried them
 */
record ReceivedStatus(
    Stage peer, Status status, boolean rich, List<Any> details, StatusRuntimeException cause) {
  private static final Metadata.Key<com.google.rpc.Status> RICH_STATUS =
      Metadata.Key.of(
          "grpc-status-details-bin",
          ProtoUtils.metadataMarshaller(com.google.rpc.Status.getDefaultInstance()));

  private static final Duration DEFAULT_RETRY = Duration.ofSeconds(1);

  static ReceivedStatus of(Stage peer, StatusException failure) {
    return of(peer, new StatusRuntimeException(failure.getStatus(), failure.getTrailers()));
  }

  static ReceivedStatus of(Stage peer, StatusRuntimeException failure) {
    Metadata trailers = failure.getTrailers();
    com.google.rpc.Status rich = trailers == null ? null : trailers.get(RICH_STATUS);
    List<Any> details = rich == null ? List.of() : rich.getDetailsList();
    return new ReceivedStatus(peer, failure.getStatus(), rich != null, details, failure);
  }

  ArgusException toFailure() {
    return switch (status.getCode()) {
      case INVALID_ARGUMENT -> invalidInput();
      case NOT_FOUND -> new NotFound(message());
      case FAILED_PRECONDITION -> new WrongCheckpoint(message());
      case RESOURCE_EXHAUSTED -> exhausted();
      case DEADLINE_EXCEEDED ->
          new DeadlineExpired(rich ? message() : "The " + name() + " did not answer in time");
      case CANCELLED -> new Cancelled(message());
      case INTERNAL, DATA_LOSS, UNKNOWN -> new ModelFault(message(), cause);
      case UNAVAILABLE -> new Upstream("The " + name() + " cannot be reached: " + message(), cause);
      case UNIMPLEMENTED,
          UNAUTHENTICATED,
          PERMISSION_DENIED,
          ABORTED,
          OUT_OF_RANGE,
          ALREADY_EXISTS,
          OK ->
          new Upstream("The " + name() + " answered " + status.getCode() + ": " + message(), cause);
    };
  }

  private InvalidInput invalidInput() {
    String field =
        detail(BadRequest.class)
            .filter(request -> request.getFieldViolationsCount() > 0)
            .map(request -> request.getFieldViolations(0).getField())
            .orElse("request");
    String message = message();
    String problem =
        message.startsWith(field + " ") ? message.substring(field.length() + 1) : message;
    return new InvalidInput(field, problem, cause);
  }

  /** A full queue says when to come back; gRPC's own limit on a message's size does not. */
  private ArgusException exhausted() {
    Optional<RetryInfo> retry = detail(RetryInfo.class);
    if (retry.isEmpty() && message().contains("exceeds maximum size")) {
      return new InvalidInput("request", "is too large: " + message(), cause);
    }
    Duration delay =
        retry
            .map(RetryInfo::getRetryDelay)
            .map(hint -> Duration.ofSeconds(hint.getSeconds(), hint.getNanos()))
            .orElse(DEFAULT_RETRY);
    return new Overloaded(message(), delay);
  }

  private <T extends Message> Optional<T> detail(Class<T> type) {
    for (Any detail : details) {
      if (detail.is(type)) {
        try {
          return Optional.of(detail.unpack(type));
        } catch (InvalidProtocolBufferException e) {
          // A detail that cannot be read says nothing; the message still does.
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  private String message() {
    String description = status.getDescription();
    return description == null ? "no reason given" : description;
  }

  private String name() {
    return Peers.name(peer);
  }
}
