package dev.argus.gateway.app;

import dev.argus.base.failure.InvalidInput;
import dev.argus.gateway.http.ApiError;
import io.micronaut.context.annotation.Primary;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import io.micronaut.web.router.exceptions.UnsatisfiedBodyRouteException;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Puts what the HTTP server itself refuses into OpenAI's shape. */
@Singleton
@Requires(property = "argus.stage", value = "gateway")
@Primary
final class HttpErrors implements ErrorResponseProcessor<byte[]> {

  @Override
  public MutableHttpResponse<byte[]> processResponse(
      ErrorContext context, MutableHttpResponse<?> response) {
    return json(response, error(context, response.code()).toJson());
  }

  private static ApiError error(ErrorContext context, int status) {
    HttpRequest<?> request = context.getRequest();
    String asked = request.getMethodName() + " " + request.getPath();
    if (context
        .getRootCause()
        .filter(UnsatisfiedBodyRouteException.class::isInstance)
        .isPresent()) {
      return ApiError.of(new InvalidInput("The body", "is missing; it must be a JSON object"));
    }
    return switch (status) {
      case 404 -> unknownPath(asked);
      case 405 ->
          ApiError.refused(status, "method_not_allowed", asked + ": the path has other methods");
      case 413 ->
          ApiError.refused(
              status,
              "request_too_large",
              "The body is larger than this server receives (argus.gateway.http.max-body-bytes)");
      default ->
          status < 500
              ? ApiError.refused(status, "bad_request", message(context, asked))
              : ApiError.of(
                  context.getRootCause().orElseGet(() -> new IllegalStateException(asked)));
    };
  }

  /**
   * There is nothing at a path.
   *
   * @param asked method and path
   */
  static ApiError unknownPath(String asked) {
    return ApiError.refused(
        404,
        "unknown_url",
        asked
            + ": there is no such path; there are POST /v1/chat/completions, GET /v1/models"
            + " and GET /health");
  }

  private static String message(ErrorContext context, String asked) {
    return context.getErrors().stream()
        .findFirst()
        .map(io.micronaut.http.server.exceptions.response.Error::getMessage)
        .orElse(asked);
  }

  /** The answer to a request that failed. */
  static MutableHttpResponse<byte[]> response(ApiError error) {
    MutableHttpResponse<byte[]> response =
        json(HttpResponse.status(error.status(), error.code()), error.toJson());
    retryHeaders(error).forEach(response::header);
    return response;
  }

  /** When the same request may succeed; empty where that is not known. */
  static Map<String, String> retryHeaders(ApiError error) {
    return error
        .retryAfter()
        .map(wait ->
            Map.of(
                "retry-after", Long.toString(Math.max(1, wait.plusMillis(999).toSeconds())),
                "retry-after-ms", Long.toString(wait.toMillis())))
        .orElse(Map.of());
  }

  /** JSON as it is. */
  static MutableHttpResponse<byte[]> json(MutableHttpResponse<?> response, String json) {
    return response
        .body(json.getBytes(StandardCharsets.UTF_8))
        .contentType(MediaType.APPLICATION_JSON_TYPE);
  }
}
