package dev.argus.gateway.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.gateway.http.HeldBytes;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IntakeGuardTest {
  private static final Duration RECEIVE_LIMIT = Duration.ofSeconds(60);

  private final HeldBytes held = new HeldBytes(100);
  private final EmbeddedChannel first = connection();
  private final EmbeddedChannel second = connection();

  @AfterEach
  void everythingIsGivenBack() {
    first.finishAndReleaseAll();
    second.finishAndReleaseAll();
    assertThat(held.now()).isZero();
  }

  @Test
  void aBodyCountsFromItsHeadUntilItsAnswerHasEnded() {
    first.writeInbound(head("60"));
    assertThat(held.now()).isEqualTo(60);
    first.writeInbound(last(60));
    assertThat(held.now()).isEqualTo(60);

    first.writeOutbound(answer(HttpResponseStatus.CONTINUE));
    assertThat(held.now()).isEqualTo(60);
    first.writeOutbound(answer(HttpResponseStatus.OK));
    assertThat(held.now()).isZero();
  }

  @Test
  void moreThanAllMayHoldTogetherIsRefusedAndLetInLater() {
    first.writeInbound(head("60"));
    second.writeInbound(head("60"));

    FullHttpResponse refusal = second.readOutbound();
    assertThat(refusal.status().code()).isEqualTo(429);
    assertThat(refusal.headers().get("retry-after")).isEqualTo("1");
    assertThat(refusal.content().toString(UTF_8)).contains("\"code\":\"rate_limit_exceeded\"");
    assertThat(second.inboundMessages()).isEmpty();
    refusal.release();
    assertThat(second.isOpen()).as("until the client has sent all").isTrue();
    second.writeInbound(last(60));
    assertThat(second.isOpen()).isFalse();

    first.writeInbound(last(60));
    first.writeOutbound(answer(HttpResponseStatus.OK));
    EmbeddedChannel third = connection();
    third.writeInbound(head("60"));
    assertThat(third.inboundMessages()).hasSize(1);
    third.finishAndReleaseAll();
  }

  @Test
  void aBodyWithoutALengthCountsAsItArrives() {
    first.writeInbound(head(null), chunk(90));
    assertThat(held.now()).isEqualTo(90);
    first.writeInbound(chunk(20));

    FullHttpResponse refusal = first.readOutbound();
    assertThat(refusal.status().code()).isEqualTo(429);
    assertThat(held.now()).isZero();
    refusal.release();
  }

  @Test
  void aConnectionThatBreaksGivesBackWhatItHeld() {
    first.writeInbound(head("60"), chunk(10));
    first.close().syncUninterruptibly();

    assertThat(held.now()).isZero();
  }

  @Test
  void whatComesAfterTheAnswerIsNotCounted() {
    first.writeInbound(head("60"));
    first.writeOutbound(answer(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE));
    first.writeInbound(chunk(60));

    assertThat(held.now()).isZero();
  }

  @Test
  void eachOfSeveralRequestsOnOneConnectionIsGivenBackWithItsOwnAnswer() {
    first.writeInbound(head("30"), last(30), head("50"), last(50));
    assertThat(held.now()).isEqualTo(80);
    first.writeOutbound(answer(HttpResponseStatus.OK));
    assertThat(held.now()).isEqualTo(50);
    first.writeOutbound(answer(HttpResponseStatus.OK));
    assertThat(held.now()).isZero();
  }

  @Test
  void aRequestThatTricklesInIsGivenUp() {
    first.writeInbound(head("60"), chunk(1));
    first.advanceTimeBy(61, TimeUnit.SECONDS);
    first.runScheduledPendingTasks();

    FullHttpResponse refusal = first.readOutbound();
    assertThat(refusal.status().code()).isEqualTo(408);
    assertThat(refusal.content().toString(UTF_8)).contains("did not arrive within 60 s");
    assertThat(first.isOpen()).isFalse();
    refusal.release();
  }

  @Test
  void aRequestThatHasArrivedMayWaitForItsAnswer() {
    first.writeInbound(head("10"), last(10));
    first.advanceTimeBy(61, TimeUnit.SECONDS);
    first.runScheduledPendingTasks();

    assertThat(first.isOpen()).isTrue();
  }

  @Test
  void aCompressedBodyIsRefused() {
    HttpRequest compressed = head("10");
    compressed.headers().set("content-encoding", "gzip");
    first.writeInbound(compressed);

    FullHttpResponse refusal = first.readOutbound();
    assertThat(refusal.status().code()).isEqualTo(415);
    refusal.release();
  }

  private EmbeddedChannel connection() {
    EmbeddedChannel connection = new EmbeddedChannel();
    connection.freezeTime();
    connection.pipeline().addLast(new IntakeGuard(held, RECEIVE_LIMIT));
    return connection;
  }

  private static HttpRequest head(@Nullable String length) {
    var head =
        new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/v1/chat/completions");
    if (length == null) {
      head.headers().set("transfer-encoding", "chunked");
    } else {
      head.headers().set("content-length", length);
    }
    return head;
  }

  private static HttpContent chunk(int bytes) {
    return new DefaultHttpContent(Unpooled.wrappedBuffer(new byte[bytes]));
  }

  private static LastHttpContent last(int bytes) {
    return new DefaultLastHttpContent(Unpooled.wrappedBuffer(new byte[bytes]));
  }

  private static FullHttpResponse answer(HttpResponseStatus status) {
    return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status);
  }
}
