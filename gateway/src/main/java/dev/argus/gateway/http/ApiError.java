package dev.argus.gateway.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.base.failure.ArgusException;
import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.DeadlineExpired;
import dev.argus.base.failure.InvalidInput;
import dev.argus.base.failure.ModelFault;
import dev.argus.base.failure.NotFound;
import dev.argus.base.failure.Overloaded;
import dev.argus.base.failure.Upstream;
import dev.argus.base.failure.WrongCheckpoint;
import dev.argus.service.error.GrpcErrors;
import java.time.Duration;
import java.util.Optional;

/**
 * A failure as HTTP and OpenAI have it.
 *
 * @param status HTTP's code
 * @param type OpenAI's class of failures
 * @param code what failed, for programs; empty: nothing closer than the type
 * @param param path of the wrong field of the request; empty: none
 * @param message for people
 * @param retryAfter how long to wait before the same request may succeed; empty: not known
 */
public record ApiError(
    int status,
    String type,
    String code,
    String param,
    String message,
    Optional<Duration> retryAfter) {
  private static final String WRONG_REQUEST = "invalid_request_error";
  private static final String SERVER = "server_error";

  /** A failure without a wait. */
  private static ApiError of(int status, String type, String code, String param, String message) {
    return new ApiError(status, type, code, param, message, Optional.empty());
  }

  /** A request that HTTP itself refuses. */
  public static ApiError refused(int status, String code, String message) {
    return of(status, status < 500 ? WRONG_REQUEST : SERVER, code, "", message);
  }

  /**
   * What the client is told of a failure. Faults of Argus or of the model are logged here, once;
   * the message has an id to find them by.
   */
  public static ApiError of(Throwable failure) {
    return failure instanceof ArgusException known ? of(known) : fault(failure);
  }

  private static ApiError of(ArgusException failure) {
    String message = String.valueOf(failure.getMessage());
    return switch (failure) {
      case InvalidInput wrong -> wrong(wrong);
      case NotFound _ -> of(404, WRONG_REQUEST, "model_not_found", "model", message);
      case Overloaded full ->
          new ApiError(
              429,
              "rate_limit_error",
              "rate_limit_exceeded",
              "",
              message,
              Optional.of(full.retryAfter()));
      case DeadlineExpired _ -> of(504, "timeout_error", "deadline_exceeded", "", message);
      case Cancelled _ -> of(499, WRONG_REQUEST, "cancelled", "", message);
      case Upstream _ -> of(503, SERVER, "service_unavailable", "", message);
      case ModelFault _, WrongCheckpoint _ -> fault(failure);
    };
  }

  private static ApiError fault(Throwable failure) {
    String told = GrpcErrors.toStatus(failure).getStatus().getDescription();
    return of(500, SERVER, "internal_error", "", told == null ? "Internal error" : told);
  }

  /** The core names fields of {@code argus.v1}; here they have OpenAI's names. */
  private static ApiError wrong(InvalidInput failure) {
    String field = failure.field();
    String here =
        field
            .replaceFirst("^sampling\\.logprobs", "top_logprobs")
            .replaceFirst("^sampling\\.", "")
            .replaceFirst("^priority", "argus.priority")
            .replaceFirst("^response_format\\.regex", "argus.response_format.regex")
            .replaceFirst("^response_format\\.choices\\.values", "argus.response_format.choice")
            .replaceFirst("^response_format\\.regions", "argus.response_format")
            .replaceFirst("\\.image(\\.data)?$", ".image_url.url")
            .replaceFirst("\\.image\\.detail$", ".image_url.detail");
    String message = String.valueOf(failure.getMessage());
    String told = message.startsWith(field) ? here + message.substring(field.length()) : message;
    return of(400, WRONG_REQUEST, "invalid_value", here.startsWith("The ") ? "" : here, told);
  }

  /** As OpenAI writes it: {@code {"error": {"message", "type", "param", "code"}}}. */
  public String toJson() {
    ObjectNode json = Json.object();
    ObjectNode error = json.putObject("error").put("message", message).put("type", type);
    putOrNull(error, "param", param);
    putOrNull(error, "code", code);
    return json.toString();
  }

  private static void putOrNull(ObjectNode error, String field, String value) {
    if (value.isEmpty()) {
      error.putNull(field);
    } else {
      error.put(field, value);
    }
  }
}
