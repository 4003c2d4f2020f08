package dev.argus.bench.serve.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** A server of OpenAI's API on a loopback port, whose answers a test writes. Thread-safe. */
public final class ChatServer implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpServer server;
  private final List<JsonNode> requests = new CopyOnWriteArrayList<>();
  private final List<String> keys = new CopyOnWriteArrayList<>();

  /** Writes one answer. */
  @FunctionalInterface
  public interface Script {

    /**
     * Writes.
     *
     * @param number of the request, from 0 on
     */
    void answer(int number, Answer answer) throws IOException, InterruptedException;
  }

  /** An answer being written. */
  public record Answer(HttpExchange exchange) {

    /** Refuses. */
    public void refuse(int status, String body) throws IOException {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }

    /** Begins a stream. */
    public void begin() throws IOException {
      exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
    }

    /** Sends bytes of a stream at once. */
    public void send(String text) throws IOException {
      OutputStream body = exchange.getResponseBody();
      body.write(text.getBytes(StandardCharsets.UTF_8));
      body.flush();
    }

    /** Sends an event with a piece of the answer. */
    public void piece(String text) throws IOException {
      send(
          "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":%s},\"finish_reason\":null}]}\n\n"
              .formatted(JSON.writeValueAsString(text)));
    }

    /** Sends how it ended, usage, and the last event. */
    public void end(int promptTokens, int outputTokens) throws IOException {
      send(
          """
          data: {"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}

          data: {"choices":[],"usage":{"prompt_tokens":%d,"completion_tokens":%d}}

          data: [DONE]

          """
              .formatted(promptTokens, outputTokens));
    }
  }

  private ChatServer(HttpServer server) {
    this.server = server;
  }

  /** Starts. */
  public static ChatServer start(Script script) throws IOException {
    ChatServer chat =
        new ChatServer(
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    chat.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    chat.server.createContext("/v1/chat/completions", exchange -> chat.answer(exchange, script));
    chat.server.createContext(
        "/v1/models",
        exchange -> {
          try (exchange) {
            byte[] models =
                "{\"data\":[{\"id\":\"the-model\"},{\"id\":\"other\"}]}"
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, models.length);
            exchange.getResponseBody().write(models);
          }
        });
    chat.server.start();
    return chat;
  }

  /** Where it is. */
  public URI base() {
    return URI.create("http://127.0.0.1:%d/v1".formatted(server.getAddress().getPort()));
  }

  /** What it was asked. */
  public List<JsonNode> requests() {
    return List.copyOf(requests);
  }

  /** The Authorization headers that came with it. */
  List<String> keys() {
    return List.copyOf(keys);
  }

  private void answer(HttpExchange exchange, Script script) {
    try (exchange) {
      int number;
      synchronized (this) {
        requests.add(JSON.readTree(exchange.getRequestBody().readAllBytes()));
        number = requests.size() - 1;
      }
      keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
      script.answer(number, new Answer(exchange));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
