package dev.argus.decoder.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.argus.base.failure.InvalidInput;
import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.checkpoint.prompt.VisualSpan;
import dev.argus.stage.v1.DecodeHeader;
import dev.argus.stage.v1.DecodeRequest;
import dev.argus.stage.v1.ElementType;
import dev.argus.stage.v1.VisualTokens;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each mistake is refused with the name of its field, and the server goes on. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class BadInputTest {
  private static final PromptLayout PROMPT =
      new PromptLayout(
          new int[] {2, 1, 1, 3, 1, 1, 1, 4}, List.of(new VisualSpan(1, 2), new VisualSpan(4, 3)));

  private final DecodeServer server = new DecodeServer(1, DecodeServer.LIMITS);

  @AfterAll
  void close() {
    server.close();
  }

  static Stream<Case> headers() {
    return Stream.of(
        header("layout.token_ids", h -> h.getLayoutBuilder().clearTokenIds()),
        header("layout.token_ids[3]", h -> h.getLayoutBuilder().setTokenIds(3, 50)),
        header("layout.token_ids[0]", h -> h.getLayoutBuilder().setTokenIds(0, -1)),
        header(
            "layout.spans[1].position",
            h -> h.getLayoutBuilder().getSpansBuilder(1).setPosition(2)),
        header("layout.spans[0].length", h -> h.getLayoutBuilder().getSpansBuilder(0).setLength(0)),
        header("layout.spans[1]", h -> h.getLayoutBuilder().getSpansBuilder(1).setLength(9)),
        header("layout.spans[0]", h -> h.getLayoutBuilder().setTokenIds(1, 5)),
        header(
            "layout.spans[1].digest",
            h -> {
              digest(h, 0, 32);
              digest(h, 1, 31);
            }),
        header("tenant", h -> h.setTenant("a tenant")),
        header("messages", h -> repeat(h, DecodeServer.CAPACITY)),
        header("sampling.max_tokens", h -> h.getSamplingBuilder().setMaxTokens(57)),
        header("sampling.max_tokens", h -> h.getSamplingBuilder().setMaxTokens(-1)),
        header("sampling.temperature", h -> h.getSamplingBuilder().setTemperature(Float.NaN)),
        header("sampling.top_p", h -> h.getSamplingBuilder().setTopP(0)),
        header("sampling.top_k", h -> h.getSamplingBuilder().setTopK(-2)),
        header("sampling.min_p", h -> h.getSamplingBuilder().setMinP(1.5f)),
        header("sampling.min_tokens", h -> h.getSamplingBuilder().setMinTokens(57)),
        header("sampling.logprobs", h -> h.getSamplingBuilder().setLogprobs(21)),
        header("sampling.repetition_penalty", h -> h.getSamplingBuilder().setRepetitionPenalty(0)),
        header("sampling.presence_penalty", h -> h.getSamplingBuilder().setPresencePenalty(3)),
        header("sampling.frequency_penalty", h -> h.getSamplingBuilder().setFrequencyPenalty(-3)),
        header("sampling.stop_token_ids", h -> h.getSamplingBuilder().addStopTokenIds(50)),
        header("sampling.logit_bias", h -> h.getSamplingBuilder().putLogitBias(50, 1)),
        header("priority", h -> h.setPriority(11)),
        header("sampling.stop[0]", h -> h.getSamplingBuilder().addStop("")));
  }

  static Stream<Case> visualTokens() {
    return Stream.of(
        visual("visual_tokens.tile_index", v -> v.setTileIndex(2)),
        visual("visual_tokens.tile_index", v -> v.setTileIndex(-1)),
        visual("visual_tokens.length", v -> v.setLength(3)),
        visual("visual_tokens.hidden_size", v -> v.setHiddenSize(4)),
        visual("visual_tokens.data", v -> v.setData(v.getData().substring(1))),
        visual("visual_tokens.element_type", v -> v.clearElementType()),
        visual("visual_tokens.element_type", v -> v.setElementTypeValue(99)),
        visual("visual_tokens.data", v -> v.setElementType(ElementType.ELEMENT_TYPE_FLOAT16)),
        visual("visual_tokens.tile_digest", v -> v.setTileDigest(ByteString.EMPTY)),
        visual("visual_tokens.digest", v -> v.setDigest(ByteString.EMPTY)),
        visual("visual_tokens.digest", v -> v.setDigest(v.getTileDigest())),
        visual("visual_tokens.digest", v -> v.setData(oneBitOff(v.getData()))));
  }

  static Stream<Case> orders() {
    DecodeRequest header = DecodeServer.header(DecodeServer.header(PROMPT));
    DecodeRequest first = DecodeServer.visual(DecodeServer.visual(0, 2));
    return Stream.of(
        new Case("header", List.of(first)),
        new Case("header", List.of()),
        new Case("header", List.of(header, header)),
        new Case("event", List.of(DecodeRequest.getDefaultInstance())),
        new Case("visual_tokens.tile_index", List.of(header, first, first)),
        new Case("visual_tokens", List.of(header, first)));
  }

  @ParameterizedTest
  @MethodSource({"headers", "visualTokens", "orders"})
  void isRefusedByName(Case mistake) {
    try (var call = server.call()) {
      InvalidInput refusal =
          catchThrowableOfType(
              InvalidInput.class,
              () -> {
                for (DecodeRequest request : mistake.requests) {
                  call.send(request);
                }
                call.halfClose();
                while (call.next().isPresent()) {
                  // Not yet refused.
                }
              });
      assertThat(refusal).isNotNull();
      assertThat(refusal.field()).isEqualTo(mistake.field);
      assertThat(refusal).hasMessageStartingWith(mistake.field);
    }
    answerAGoodRequest();
  }

  private void answerAGoodRequest() {
    try (var call = server.call()) {
      call.send(DecodeServer.header(DecodeServer.header(PROMPT)));
      call.send(DecodeServer.visual(DecodeServer.visual(1, 3)));
      call.send(DecodeServer.visual(DecodeServer.visual(0, 2)));
      call.halfClose();
      var last = call.next();
      for (var next = last; next.isPresent(); next = call.next()) {
        last = next;
      }
      assertThat(last.orElseThrow().hasSummary()).isTrue();
    }
  }

  private static Case header(String field, Consumer<DecodeHeader.Builder> mistake) {
    DecodeHeader.Builder header = DecodeServer.header(PROMPT);
    mistake.accept(header);
    return new Case(field, List.of(DecodeServer.header(header)));
  }

  private static void digest(DecodeHeader.Builder header, int span, int bytes) {
    header.getLayoutBuilder().getSpansBuilder(span).setDigest(ByteString.copyFrom(new byte[bytes]));
  }

  private static ByteString oneBitOff(ByteString data) {
    byte[] bytes = data.toByteArray();
    bytes[bytes.length / 2] ^= 1;
    return ByteString.copyFrom(bytes);
  }

  private static Case visual(String field, Consumer<VisualTokens.Builder> mistake) {
    VisualTokens.Builder tokens = DecodeServer.visual(0, 2);
    mistake.accept(tokens);
    return new Case(
        field,
        List.of(DecodeServer.header(DecodeServer.header(PROMPT)), DecodeServer.visual(tokens)));
  }

  private static void repeat(DecodeHeader.Builder header, int tokens) {
    int[] ids = new int[tokens];
    Arrays.fill(ids, 2);
    header.getLayoutBuilder().clear();
    Arrays.stream(ids).forEach(header.getLayoutBuilder()::addTokenIds);
  }

  /**
   * A mistake.
   *
   * @param field what the refusal names
   * @param requests what is sent before the half-close
   */
  record Case(String field, List<DecodeRequest> requests) {
    @Override
    public String toString() {
      return field;
    }
  }
}
