package dev.argus.bench.serve.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Any server that speaks OpenAI's chat completions: Argus, vLLM, llama.cpp's. Failures are counted
 * by HTTP status ({@code HTTP 429}), {@code connection}, {@code timeout}, {@code error event} (the
 * server told of an error within the stream) and {@code broken answer}.
 */
public final class OpenAiEndpoint implements Endpoint {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final int OK = 200;

  private final HttpClient client;
  private final URI base;
  private final String model;
  private final Settings settings;

  /**
   * How it is asked.
   *
   * @param timeout of one request
   * @param key sent as a bearer token
   * @param extra fields added to each request's body
   */
  public record Settings(Duration timeout, Optional<String> key, ObjectNode extra) {}

  private OpenAiEndpoint(HttpClient client, URI base, String model, Settings settings) {
    this.client = client;
    this.base = base;
    this.model = model;
    this.settings = settings;
  }

  /**
   * Gets ready to ask.
   *
   * @param base such as {@code http://localhost:8000/v1}, without a slash at its end
   * @param model empty for the first that the server lists
   * @throws IOException if the server must be asked for its models, and cannot
   */
  public static OpenAiEndpoint open(URI base, Optional<String> model, Settings settings)
      throws IOException, InterruptedException {
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
    OpenAiEndpoint unnamed = new OpenAiEndpoint(client, base, "", settings);
    String name = model.isPresent() ? model.get() : unnamed.firstModel();
    return new OpenAiEndpoint(client, base, name, settings);
  }

  @Override
  public String model() {
    return model;
  }

  @Override
  public Call prepare(Question question) {
    HttpRequest request =
        request("/chat/completions")
            .header("Content-Type", "application/json")
            .header("Accept", "text/event-stream")
            .POST(BodyPublishers.ofString(ChatRequest.body(model, question, settings.extra())))
            .build();
    return heard -> listen(request, heard);
  }

  @Override
  public void close() {
    client.shutdownNow();
  }

  private String firstModel() throws IOException, InterruptedException {
    HttpRequest request = request("/models").timeout(CONNECT).build();
    HttpResponse<String> response;
    try {
      response = client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IOException("cannot reach %s: %s".formatted(request.uri(), reason(e)), e);
    }
    if (response.statusCode() != OK) {
      throw new IOException(
          "%s answers %d: %s; --model names a model without asking"
              .formatted(request.uri(), response.statusCode(), ErrorText.of(response.body())));
    }
    JsonNode name = JSON.readTree(response.body()).path("data").path(0).path("id");
    if (!name.isTextual()) {
      throw new IOException(
          "%s lists no model; --model names one without asking".formatted(request.uri()));
    }
    return name.textValue();
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
    settings.key().ifPresent(key -> request.header("Authorization", "Bearer " + key));
    return request;
  }

  private Reply listen(HttpRequest request, Runnable heard)
      throws RequestFailed, InterruptedException {
    ChatStream stream = new ChatStream(heard);
    CompletableFuture<HttpResponse<String>> response = client.sendAsync(request, into(stream));
    try {
      HttpResponse<String> ended = response.get(settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
      if (ended.statusCode() != OK) {
        throw new RequestFailed("HTTP " + ended.statusCode(), ErrorText.of(ended.body()));
      }
      return stream.reply();
    } catch (ExecutionException e) {
      throw new RequestFailed("connection", reason(e));
    } catch (TimeoutException e) {
      throw new RequestFailed(
          "timeout", "no whole answer within %d s".formatted(settings.timeout().toSeconds()));
    } finally {
      // Lets go of the connection where the answer has not ended.
      response.cancel(true);
    }
  }

  /** Streams what a good answer says; keeps what another one says as its body. */
  private static BodyHandler<String> into(ChatStream stream) {
    return head ->
        head.statusCode() == OK
            ? BodySubscribers.fromLineSubscriber(
                stream, _ -> "", StandardCharsets.UTF_8, /* lineSeparator= */ null)
            : BodySubscribers.ofString(StandardCharsets.UTF_8);
  }

  /** The first failure that says what it is, of those that caused each other. */
  private static String reason(Throwable failure) {
    Throwable cause = failure instanceof ExecutionException ? failure.getCause() : failure;
    for (Throwable next = cause; next != null; next = next.getCause()) {
      if (next.getMessage() != null) {
        return next.getMessage();
      }
    }
    return cause instanceof ConnectException ? "nobody listens there" : String.valueOf(cause);
  }
}
