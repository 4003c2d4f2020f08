package dev.argus.bench.serve.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class OpenAiEndpointTest {
  private static final Question QUESTION =
      new Question(
          List.of(new PictureFile("image/png", ByteString.copyFromUtf8("png"))), "why?", 5, true);
  private static final Duration LONG = Duration.ofSeconds(50);
  private static final long DELAY_NANOS = 40_000_000;

  private final List<Long> heard = Collections.synchronizedList(new ArrayList<>());

  @Test
  void piecesAreHeardWhenTheyComeAndTheRoleIsNone() throws Exception {
    try (ChatServer server =
        ChatServer.start((_, answer) -> {
          answer.begin();
          answer.send(
              ": a comment\r\n\r\ndata: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\r\n\r\n");
          delay();
          answer.piece("One");
          delay();
          answer.piece(" zwölf");
          answer.end(11, 5);
        })) {
      long begin = System.nanoTime();
      Reply reply = ask(server, LONG);
      long end = System.nanoTime();

      assertThat(heard).hasSize(2);
      assertThat(heard.get(0) - begin).isGreaterThanOrEqualTo(DELAY_NANOS);
      assertThat(heard.get(1) - begin).isGreaterThanOrEqualTo(2 * DELAY_NANOS);
      assertThat(heard.get(1)).isLessThanOrEqualTo(end);
      assertThat(reply.promptTokens()).hasValue(11);
      assertThat(reply.outputTokens()).hasValue(5);
    }
  }

  @Test
  void aPieceIsHeardBeforeTheNextIsSent() throws Exception {
    Semaphore pieces = new Semaphore(0);
    try (ChatServer server =
            ChatServer.start((_, answer) -> {
              answer.begin();
              for (int i = 0; i < 5; i++) {
                answer.piece("x");
                assertThat(pieces.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
              }
              answer.end(1, 5);
            });
        OpenAiEndpoint endpoint = open(server, LONG)) {
      Reply reply = endpoint.prepare(QUESTION).listen(pieces::release);

      assertThat(reply.outputTokens()).hasValue(5);
    }
  }

  @Test
  void asksAsOpenAisReferenceSays() throws Exception {
    ObjectNode extra =
        new JsonMapper().createObjectNode().put("cache_prompt", false).put("temperature", 0.5);
    try (ChatServer server = ChatServer.start(OpenAiEndpointTest::answerInFull);
        OpenAiEndpoint endpoint =
            OpenAiEndpoint.open(
                server.base(),
                Optional.empty(),
                new OpenAiEndpoint.Settings(LONG, Optional.of("secret"), extra))) {
      endpoint.prepare(QUESTION).listen(() -> {});

      assertThat(endpoint.model()).isEqualTo("the-model");
      assertThat(server.keys()).containsExactly("Bearer secret");
      JsonNode asked = server.requests().getFirst();
      assertThat(asked)
          .isEqualTo(
              new JsonMapper()
                  .readTree(
                      """
                      {"model": "the-model",
                       "messages": [{"role": "user", "content": [
                         {"type": "image_url", "image_url": {"url": "data:image/png;base64,cG5n"}},
                         {"type": "text", "text": "why?"}]}],
                       "max_tokens": 5, "temperature": 0.5, "stream": true,
                       "stream_options": {"include_usage": true}, "ignore_eos": true,
                       "cache_prompt": false}
                      """));
    }
  }

  @Test
  void ignoreEosCanBeLeftOut() throws Exception {
    try (ChatServer server = ChatServer.start(OpenAiEndpointTest::answerInFull);
        OpenAiEndpoint endpoint = open(server, LONG)) {
      endpoint.prepare(new Question(List.of(), "why?", 5, false)).listen(() -> {});

      assertThat(server.requests().getFirst().has("ignore_eos")).isFalse();
      assertThat(server.keys()).containsExactly("null");
    }
  }

  @Test
  void usageIsUnknownWhereTheServerDoesNotTellIt() throws Exception {
    try (ChatServer server =
        ChatServer.start((_, answer) -> {
          answer.begin();
          answer.piece("x");
          answer.send("data: [DONE]\n\n");
        })) {
      Reply reply = ask(server, LONG);

      assertThat(reply.promptTokens()).isEmpty();
      assertThat(reply.outputTokens()).isEmpty();
      assertThat(heard).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "429 | {\"error\":{\"message\":\"too many\",\"code\":429}} | HTTP 429 | too many",
        "503 | Service Unavailable | HTTP 503 | Service Unavailable",
        "500 | {\"error\":\"broken\"} | HTTP 500 | broken",
        "404 | {\"detail\":\"Not Found\"} | HTTP 404 | {\"detail\":\"Not Found\"}"
      })
  void refusalsAreTold(int status, String body, String kind, String message) throws Exception {
    try (ChatServer server = ChatServer.start((_, answer) -> answer.refuse(status, body))) {
      assertFails(server, kind, message);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data: {\"error\":{\"message\":\"out of memory\"}} | error event | out of memory",
        "data: {\"choices\": | broken answer | an event is no JSON",
        ": nothing | broken answer | the stream ended after 1 pieces, before [DONE]"
      })
  void faultsWithinAStreamAreTold(String event, String kind, String message) throws Exception {
    try (ChatServer server =
        ChatServer.start((_, answer) -> {
          answer.begin();
          answer.piece("x");
          answer.send(event + "\n\n");
        })) {
      assertFails(server, kind, message);
    }
  }

  @Test
  void aServerThatTakesTooLongIsGivenUp() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (ChatServer server =
            ChatServer.start((_, answer) -> {
              answer.begin();
              answer.piece("x");
              assertThat(never.await(30, TimeUnit.SECONDS)).isTrue();
            });
        OpenAiEndpoint endpoint = open(server, Duration.ofMillis(300))) {
      assertThatExceptionOfType(RequestFailed.class)
          .isThrownBy(() -> endpoint.prepare(QUESTION).listen(() -> {}))
          .satisfies(failure -> assertThat(failure.kind()).isEqualTo("timeout"));
      never.countDown();
    }
  }

  @Test
  void anInterruptEndsTheWaiting() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (ChatServer server =
            ChatServer.start((_, answer) -> {
              answer.begin();
              answer.piece("x");
              assertThat(never.await(30, TimeUnit.SECONDS)).isTrue();
            });
        OpenAiEndpoint endpoint = open(server, LONG)) {
      Thread here = Thread.currentThread();

      assertThatThrownBy(() -> endpoint.prepare(QUESTION).listen(here::interrupt))
          .isInstanceOf(InterruptedException.class);
      never.countDown();
    }
  }

  @Test
  void noServerIsTold() throws Exception {
    URI gone;
    try (ChatServer server = ChatServer.start(OpenAiEndpointTest::answerInFull)) {
      gone = server.base();
    }
    try (OpenAiEndpoint endpoint = OpenAiEndpoint.open(gone, Optional.of("m"), settings(LONG))) {
      assertThatExceptionOfType(RequestFailed.class)
          .isThrownBy(() -> endpoint.prepare(QUESTION).listen(() -> {}))
          .satisfies(failure -> assertThat(failure.kind()).isEqualTo("connection"));
    }
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> OpenAiEndpoint.open(gone, Optional.empty(), settings(LONG)))
        .withMessage("cannot reach %s/models: nobody listens there", gone);
  }

  private void assertFails(ChatServer server, String kind, String message) {
    assertThatExceptionOfType(RequestFailed.class)
        .isThrownBy(() -> ask(server, LONG))
        .satisfies(failure -> {
          assertThat(failure.kind()).isEqualTo(kind);
          assertThat(failure.details()).startsWith(message);
        });
  }

  private Reply ask(ChatServer server, Duration timeout) throws Exception {
    try (OpenAiEndpoint endpoint = open(server, timeout)) {
      return endpoint.prepare(QUESTION).listen(() -> heard.add(System.nanoTime()));
    }
  }

  private static OpenAiEndpoint open(ChatServer server, Duration timeout)
      throws IOException, InterruptedException {
    return OpenAiEndpoint.open(server.base(), Optional.empty(), settings(timeout));
  }

  private static OpenAiEndpoint.Settings settings(Duration timeout) {
    return new OpenAiEndpoint.Settings(
        timeout, Optional.empty(), new JsonMapper().createObjectNode());
  }

  private static void answerInFull(int number, ChatServer.Answer answer) throws IOException {
    answer.begin();
    answer.piece("x");
    answer.end(1, 1);
  }

  /** At least so long. */
  private static void delay() throws InterruptedException {
    assertThat(new CountDownLatch(1).await(DELAY_NANOS, TimeUnit.NANOSECONDS)).isFalse();
  }
}
