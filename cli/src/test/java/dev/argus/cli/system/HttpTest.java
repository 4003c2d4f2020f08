package dev.argus.cli.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gateway's OpenAI-compatible HTTP, over a real port. */
@Timeout(60)
final class HttpTest {
  private static final String MODEL = "tiny-idefics3";
  private static final Duration AT_ONCE = Duration.ofSeconds(3);
  private static final Duration END_LIMIT = Duration.ofSeconds(20);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern CANCELLED =
      Pattern.compile(
          "(?m)^argus_gateway_requests_total\\{[^}]*outcome=\"cancelled\"[^}]*\\} (\\S+)");
  private static final Pattern SLOTS_USED =
      Pattern.compile("(?m)^argus_decoder_slots_used(?:\\{[^}]*\\})? (\\S+)");

  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static int metricsPort;
  private static ServerProcess server;

  @BeforeAll
  static void start() throws IOException {
    metricsPort = FreePort.find();
    server =
        serve(
            Map.of(
                "OTEL_METRICS_EXPORTER", "prometheus",
                "OTEL_EXPORTER_PROMETHEUS_HOST", "localhost",
                "OTEL_EXPORTER_PROMETHEUS_PORT", Integer.toString(metricsPort)),
            "--set=argus.gateway.stall-limit=1s",
            "--set=argus.gateway.http.max-body-bytes=1MB");
  }

  @AfterAll
  static void stop() {
    server.close();
    CLIENT.close();
  }

  @Test
  void aWholeAnswerIsWhatGrpcAnswers() throws Exception {
    GoldenCase golden = GoldenCase.of(MODEL, "C_text_only");
    HttpResponse<String> response = ask(body(golden, "\"ignore_eos\":true"));
    JsonNode answer = JSON.readTree(response.body());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
    assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(golden.promptTokens());
    assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(golden.expected().size());
    assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("length");
    assertThat(answer.at("/choices/0/message/content").asText()).isNotEmpty();
    assertThat(answer.at("/argus/anatomy/total_ms").asDouble()).isPositive();
  }

  @Test
  void aStreamHasTheSameTextAndEndsWithDone() throws Exception {
    GoldenCase golden = GoldenCase.of(MODEL, "C_text_only");
    String whole =
        JSON.readTree(ask(body(golden, "\"ignore_eos\":true")).body())
            .at("/choices/0/message/content")
            .asText();
    List<String> events;
    try (Stream<String> lines =
        stream(
            body(
                golden,
                "\"ignore_eos\":true,\"stream\":true,\"stream_options\":{\"include_usage\":true}"))) {
      events = lines.filter(line -> !line.isEmpty()).toList();
    }

    assertThat(events)
        .allMatch(event -> event.startsWith("data: "))
        .last()
        .isEqualTo("data: [DONE]");
    List<JsonNode> chunks = events.stream().limit(events.size() - 1).map(HttpTest::event).toList();
    StringBuilder text = new StringBuilder();
    chunks.forEach(chunk -> text.append(chunk.at("/choices/0/delta/content").asText("")));
    assertThat(text.toString()).isEqualTo(whole);
    assertThat(chunks.getLast().at("/usage/completion_tokens").asInt())
        .isEqualTo(golden.expected().size());
  }

  @Test
  void aPictureBecomesImageTokens() throws Exception {
    GoldenCase golden = GoldenCase.of(MODEL, "A_tiled");
    JsonNode answer = JSON.readTree(ask(body(golden, "\"ignore_eos\":true")).body());

    assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(golden.promptTokens());
    assertThat(answer.at("/usage/prompt_tokens_details/image_tokens").asInt()).isPositive();
    assertThat(answer.at("/argus/usage/tiles").asInt()).isGreaterThan(1);
  }

  @Test
  void theReadmesCurlCallIsAnswered() throws Exception {
    JsonNode answer = JSON.readTree(curlCallOf("README.md"));

    assertThat(answer.path("object").asText()).as(answer.toString()).isEqualTo("chat.completion");
    assertThat(answer.at("/usage/prompt_tokens_details/image_tokens").asInt()).isPositive();
  }

  @Test
  void theDocumentationsCurlCallStreams() throws Exception {
    List<String> events =
        curlCallOf("docs/http.md").lines().filter(line -> !line.isEmpty()).toList();

    assertThat(events).last().isEqualTo("data: [DONE]");
    assertThat(event(events.get(events.size() - 2)).at("/usage/total_tokens").asInt()).isPositive();
  }

  /** What the first curl call of a page prints. */
  private static String curlCallOf(String page) throws IOException {
    String text = Files.readString(Golden.repository().resolve(page));
    Matcher call = Pattern.compile("(?s)```sh\n(curl .+?)\n```").matcher(text);
    assertThat(call.find()).isTrue();
    Process curl =
        new ProcessBuilder(
                "bash",
                "-c",
                call.group(1).replace("http://localhost:8080", server.http().toString()))
            .directory(Golden.repository().toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new String(curl.getInputStream().readAllBytes(), UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST | /v1/chat/completions | application/json | {\"messages\":   | 400 |             | is not JSON at line 1",
        "POST | /v1/chat/completions | application/json | {\"n\":2}        | 400 | n           | Argus gives 1 answer",
        "POST | /v1/chat/completions | application/json | {\"messages\":[]} | 400 | messages   | must hold at least one message",
        "POST | /v1/chat/completions | application/json |                  | 400 |             | is missing; it must be a JSON object",
        "POST | /v1/chat/completions | text/plain       | {}               | 415 |             | application/json, not text/plain",
        "POST | /v1/chat/completions | application/json | {\"model\":\"gpt\",\"messages\":[]} | 404 | model | There is no model",
        "GET  | /v1/chat/completions | application/json |                  | 405 |             | the path has other methods",
        "GET  | /v1/models/gpt       | application/json |                  | 404 |             | There is no model",
        "POST | /v1/embeddings       | application/json | {}               | 404 |             | there is no such path",
        "POST | /v1/chat/completions | application/json | HUGE             | 413 |             | larger than this server receives",
      })
  void whatFailsHasItsCodeAndOpenAisShape(
      String method,
      String path,
      String type,
      String body,
      int status,
      String param,
      String message)
      throws Exception {
    String sent = body == null ? "" : body.equals("HUGE") ? "x".repeat(2 << 20) : body;
    HttpResponse<String> response =
        CLIENT.send(
            HttpRequest.newBuilder(server.http().resolve(path))
                .method(method, BodyPublishers.ofString(sent))
                .header("Content-Type", type)
                .build(),
            BodyHandlers.ofString());
    JsonNode error = JSON.readTree(response.body()).path("error");

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(error.path("message").asText()).contains(message);
    assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
    assertThat(error.path("param").asText()).isEqualTo(param == null ? "null" : param);
    assertThat(error.path("code").asText()).isNotEmpty();
  }

  @Test
  void aCompressedBodyIsRefused() throws Exception {
    HttpResponse<String> response =
        CLIENT.send(
            post(server, "{}").header("Content-Encoding", "gzip").build(), BodyHandlers.ofString());

    assertThat(response.statusCode()).isEqualTo(415);
    assertThat(response.body()).contains("must not have a Content-Encoding");
  }

  @Test
  void aClientThatAsksWhetherToSendItsBodyIsToldToGoOn() throws Exception {
    String body = "{\"n\":2,\"user\":\"" + "x".repeat(500_000) + "\"}";
    HttpResponse<String> response =
        CLIENT.send(post(server, body).expectContinue(true).build(), BodyHandlers.ofString());

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("Argus gives 1 answer");
  }

  @Test
  void bodiesThatAreTooManyTogetherAreRefusedUntilOthersHaveGone() throws Exception {
    String large = "{\"n\":2,\"user\":\"" + "x".repeat(900_000) + "\"}";
    try (ServerProcess small =
        serve(
            Map.of(),
            "--set=argus.gateway.http.max-body-bytes=1MB",
            "--set=argus.gateway.http.image-max-bytes=1MB",
            "--set=argus.gateway.http.image-max-total-bytes=1MB",
            "--set=argus.gateway.http.max-held-bytes=1500KB")) {
      await().atMost(END_LIMIT).until(() -> statusBesideAnother(small, large) == 429);
      await().atMost(END_LIMIT).until(() -> status(small, large) == 400);
    }
  }

  /** Asks while another client has said how much it will send. Which of them is first is open. */
  private static int statusBesideAnother(ServerProcess to, String body) {
    try (Socket other = new Socket(to.http().getHost(), to.http().getPort())) {
      other.getOutputStream().write(head(900_000).getBytes(UTF_8));
      return status(to, body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int status(ServerProcess to, String body) {
    try {
      return CLIENT.send(post(to, body).build(), BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void tellsItsModelsAndItsHealth() throws Exception {
    assertThat(JSON.readTree(get("/v1/models").body()).at("/data/0/id").asText()).isEqualTo(MODEL);
    assertThat(get("/health").statusCode()).isEqualTo(200);
  }

  @Test
  void aTenantThatCannotBeIsRefusedByTheHeadersName() throws Exception {
    HttpResponse<String> response =
        CLIENT.send(
            post(server, endless("")).header("argus-tenant", "a b").build(),
            BodyHandlers.ofString());

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("\"param\":\"argus-tenant\"");
  }

  @Test
  void aClientThatLeavesInMidStreamFreesTheSlot() throws Exception {
    long before = cancelled();
    try (Stream<String> lines = stream(endless("\"stream\":true"))) {
      Iterator<String> events = lines.filter(line -> !line.isEmpty()).iterator();
      for (int i = 0; i < 3; i++) {
        assertThat(events.next()).startsWith("data: ");
      }
      await().atMost(AT_ONCE).until(() -> slotsUsed() == 1);
    }
    await().atMost(AT_ONCE).until(() -> slotsUsed() == 0);
    await().atMost(AT_ONCE).until(() -> cancelled() == before + 1);
  }

  @Test
  void aClientThatLeavesBeforeItsWholeAnswerFreesTheSlot() throws Exception {
    long before = cancelled();
    CompletableFuture<?> answer =
        CLIENT.sendAsync(post(server, endless("")).build(), BodyHandlers.ofString());
    await().atMost(AT_ONCE).until(() -> slotsUsed() == 1);
    answer.cancel(true);
    await().atMost(AT_ONCE).until(() -> slotsUsed() == 0);
    await().atMost(AT_ONCE).until(() -> cancelled() == before + 1);
  }

  @Test
  void aReaderThatStopsIsGivenUp() throws Exception {
    long before = cancelled();
    try (Socket client = stoppedReader(server)) {
      await().atMost(AT_ONCE).until(() -> slotsUsed() == 1);
      await().atMost(END_LIMIT).until(() -> slotsUsed() == 0);
      await().atMost(AT_ONCE).until(() -> cancelled() == before + 1);
      assertThat(tail(client.getInputStream(), Duration.ZERO)).contains("\"code\":\"cancelled\"");
    }
  }

  @Test
  void aDeadlineThatPassesInMidStreamIsTheLastEvent() throws Exception {
    try (ServerProcess hasty = serve(Map.of(), "--set=argus.gateway.timeout=8s");
        Socket client = stoppedReader(hasty)) {
      // Events that the client has not read keep the answer from its end until the time is over.
      assertThat(tail(client.getInputStream(), Duration.ofSeconds(9)))
          .contains("\"code\":\"deadline_exceeded\"");
    }
  }

  @Test
  void moreThanTheLimitIsToldWhenToComeBackAndOpenStreamsEndWhenToldToStop() throws Exception {
    try (ServerProcess small = serve(Map.of(), "--set=argus.gateway.max-requests=1")) {
      GoldenCase golden = GoldenCase.of(MODEL, "C_text_only");
      HttpResponse<Stream<String>> open =
          CLIENT.send(post(small, longer("\"stream\":true", 1000)).build(), BodyHandlers.ofLines());
      HttpResponse<String> refused =
          CLIENT.send(post(small, body(golden, "\"n\":1")).build(), BodyHandlers.ofString());
      small.askToStop();
      List<String> events;
      try (Stream<String> lines = open.body()) {
        events = lines.filter(line -> !line.isEmpty()).toList();
      }

      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValueAsLong("retry-after")).isPresent();
      assertThat(refused.body()).contains("\"code\":\"rate_limit_exceeded\"");
      assertThat(events).last().isEqualTo("data: [DONE]");
      assertThat(small.ends(END_LIMIT)).isTrue();
    }
  }

  /** Asks for a stream of large events and reads none. */
  private static Socket stoppedReader(ServerProcess to) throws IOException {
    byte[] body = endless("\"stream\":true,\"logprobs\":true,\"top_logprobs\":20").getBytes(UTF_8);
    Socket client = new Socket();
    client.setReceiveBufferSize(4096);
    client.setSoTimeout((int) END_LIMIT.toMillis());
    client.connect(new InetSocketAddress(to.http().getHost(), to.http().getPort()));
    client.getOutputStream().write(head(body.length).getBytes(UTF_8));
    client.getOutputStream().write(body);
    return client;
  }

  private static String head(int bodyBytes) {
    return "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        + "Content-Length: %d\r\n\r\n".formatted(bodyBytes);
  }

  private static ServerProcess serve(
      Map<String, String> environment, String setting, String... more) throws IOException {
    return ServerProcess.start(
        environment,
        Stream.concat(
                Stream.of("--model=" + MODEL + "=" + Golden.path(MODEL), setting), Stream.of(more))
            .toArray(String[]::new));
  }

  private static HttpRequest.Builder post(ServerProcess to, String body) {
    return HttpRequest.newBuilder(to.http().resolve("/v1/chat/completions"))
        .POST(BodyPublishers.ofString(body))
        .header("Content-Type", "application/json");
  }

  private static HttpResponse<String> ask(String body) throws Exception {
    return CLIENT.send(post(server, body).build(), BodyHandlers.ofString());
  }

  private static Stream<String> stream(String body) throws Exception {
    return CLIENT.send(post(server, body).build(), BodyHandlers.ofLines()).body();
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(server.http().resolve(path)).build(), BodyHandlers.ofString());
  }

  /** A golden case's conversation as OpenAI writes it, with further fields. */
  private static String body(GoldenCase golden, String fields) {
    var request = golden.request();
    var messages = JSON.createArrayNode();
    for (var message : request.getMessagesList()) {
      var content =
          messages
              .addObject()
              .put(
                  "role",
                  message.getRole().name().substring("ROLE_".length()).toLowerCase(Locale.ROOT))
              .putArray("content");
      for (var part : message.getContentList()) {
        if (part.hasImage()) {
          byte[] data = part.getImage().getData().toByteArray();
          content
              .addObject()
              .put("type", "image_url")
              .putObject("image_url")
              .put("url", "data:image/png;base64," + Base64.getEncoder().encodeToString(data));
        } else {
          content.addObject().put("type", "text").put("text", part.getText());
        }
      }
    }
    return "{\"model\":\"%s\",\"messages\":%s,\"max_tokens\":%d,%s}"
        .formatted(MODEL, messages, request.getSampling().getMaxTokens(), fields);
  }

  /** A request that takes far longer than any test waits. */
  private static String endless(String fields) {
    return longer(fields, 4000);
  }

  private static String longer(String fields, int tokens) {
    return "{\"messages\":[{\"role\":\"user\",\"content\":\"Go on.\"}],\"ignore_eos\":true,\"max_tokens\":%d%s}"
        .formatted(tokens, fields.isEmpty() ? "" : "," + fields);
  }

  private static JsonNode event(String line) {
    try {
      return JSON.readTree(line.substring("data: ".length()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long slotsUsed() {
    return metric(SLOTS_USED);
  }

  /** Requests that ended so. */
  private static long cancelled() {
    return metric(CANCELLED);
  }

  private static long metric(Pattern line) {
    try {
      var page = URI.create("http://localhost:" + metricsPort + "/metrics");
      HttpResponse<String> scraped =
          CLIENT.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString());
      Matcher found = line.matcher(scraped.body());
      return found.find() ? Math.round(Double.parseDouble(found.group(1))) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The end of a connection's answer, read after a pause. */
  private static String tail(InputStream answer, Duration pause) throws IOException {
    LockSupport.parkNanos(pause.toNanos());
    byte[] buffer = new byte[1 << 16];
    String end = "";
    while (!end.contains("\r\n0\r\n\r\n")) {
      int count = answer.read(buffer);
      if (count < 0) {
        break;
      }
      String both = end + new String(buffer, 0, count, UTF_8);
      end = both.substring(Math.max(0, both.length() - 4096));
    }
    return end;
  }
}
