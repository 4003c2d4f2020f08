package dev.argus.bench.serve.endpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of a streamed chat completion, line by line as they come: server-sent events
 * whose data are JSON, the last {@code [DONE]}. A piece of the answer is an event whose delta has
 * text; the role alone, which servers send first, is none.
 */
final class ChatStream implements Flow.Subscriber<String> {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String DATA = "data:";
  private static final String DONE = "[DONE]";

  private final Runnable heard;
  private final StringBuilder data = new StringBuilder();
  private int pieces;
  private boolean finished;
  private OptionalInt promptTokens = OptionalInt.empty();
  private OptionalInt outputTokens = OptionalInt.empty();
  private @Nullable RequestFailed failure;

  /**
   * @param heard called for each piece
   */
  ChatStream(Runnable heard) {
    this.heard = heard;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  /** A line, without its end; an empty one ends an event. */
  @Override
  public void onNext(String line) {
    if (line.isEmpty()) {
      endEvent();
    } else if (line.startsWith(DATA)) {
      data.append(data.isEmpty() ? "" : "\n").append(line.substring(DATA.length()).strip());
    }
  }

  @Override
  public void onError(Throwable failed) {
    // Whoever waits for the response is told.
  }

  @Override
  public void onComplete() {
    endEvent();
  }

  /**
   * What the whole stream said.
   *
   * @throws RequestFailed if it told of an error, could not be read, or broke off
   */
  Reply reply() throws RequestFailed {
    if (failure != null) {
      throw failure;
    }
    if (!finished) {
      throw new RequestFailed(
          "broken answer", "the stream ended after %d pieces, before [DONE]".formatted(pieces));
    }
    return new Reply(promptTokens, outputTokens, Map.of());
  }

  private void endEvent() {
    if (data.isEmpty() || failure != null) {
      return;
    }
    String event = data.toString();
    data.setLength(0);
    if (event.equals(DONE)) {
      finished = true;
      return;
    }
    try {
      read(JSON.readTree(event));
    } catch (JsonProcessingException e) {
      failure =
          new RequestFailed("broken answer", "an event is no JSON: " + e.getOriginalMessage());
    }
  }

  private void read(JsonNode event) {
    if (event.hasNonNull("error")) {
      failure = new RequestFailed("error event", ErrorText.of(event));
      return;
    }
    JsonNode choice = event.path("choices").path(0);
    if (hasText(choice.path("delta"))) {
      pieces++;
      heard.run();
    }
    finished |= choice.hasNonNull("finish_reason");
    JsonNode usage = event.path("usage");
    promptTokens = number(usage.path("prompt_tokens"), promptTokens);
    outputTokens = number(usage.path("completion_tokens"), outputTokens);
  }

  private static boolean hasText(JsonNode delta) {
    return !delta.path("content").asText("").isEmpty()
        || !delta.path("reasoning_content").asText("").isEmpty();
  }

  private static OptionalInt number(JsonNode value, OptionalInt otherwise) {
    return value.isInt() ? OptionalInt.of(value.intValue()) : otherwise;
  }
}
