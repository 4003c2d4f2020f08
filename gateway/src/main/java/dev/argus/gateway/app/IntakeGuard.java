package dev.argus.gateway.app;

import dev.argus.base.failure.Overloaded;
import dev.argus.gateway.http.ApiError;
import dev.argus.gateway.http.HeldBytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the HTTP server on one connection and refuses a request before its body is kept:
 * where all bodies together would be more than the gateway holds, where one does not arrive in
 * time, and where one is compressed, so that nothing is larger than it looked.
 *
 * <p>A body counts from its first byte, or from its head where that tells the length, until the
 * request is answered. Runs on the connection's event loop.
 */
final class IntakeGuard extends ChannelDuplexHandler {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final HeldBytes held;
  private final Duration receiveLimit;
  private final Deque<Body> open = new ArrayDeque<>(); // in the order of the requests
  private boolean refused;

  /**
   * @param held shared by all connections
   * @param receiveLimit how long a request may take to arrive
   */
  IntakeGuard(HeldBytes held, Duration receiveLimit) {
    this.held = held;
    this.receiveLimit = receiveLimit;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!refused && message instanceof HttpRequest request) {
      begin(context, request);
    }
    if (!refused && message instanceof HttpContent content) {
      receive(context, content);
    }
    if (!refused) {
      context.fireChannelRead(message);
      return;
    }
    boolean end = message instanceof LastHttpContent;
    ReferenceCountUtil.release(message);
    if (end) {
      var _ = context.close(); // Sooner, and the client might not get to read why.
    } else {
      context.read();
    }
  }

  private void begin(ChannelHandlerContext context, HttpRequest request) {
    Body body = new Body();
    open.add(body);
    if (request.headers().contains(HttpHeaderNames.CONTENT_ENCODING)) {
      refuse(
          context,
          ApiError.refused(
              415, "unsupported_media_type", "The body must not have a Content-Encoding"));
      return;
    }
    body.late =
        context
            .executor()
            .schedule(() -> tooLate(context), receiveLimit.toMillis(), TimeUnit.MILLISECONDS);
    take(context, body, HttpUtil.getContentLength(request, 0L));
  }

  private void receive(ChannelHandlerContext context, HttpContent content) {
    Body body = open.peekLast();
    if (body == null) {
      return; // Answered before it has arrived: nobody keeps the rest.
    }
    body.receivedBytes += content.content().readableBytes();
    take(context, body, body.receivedBytes - body.takenBytes);
    if (content instanceof LastHttpContent) {
      body.arrived();
    }
  }

  private void take(ChannelHandlerContext context, Body body, long bytes) {
    if (bytes <= 0) {
      return;
    }
    if (held.take(bytes)) {
      body.takenBytes += bytes;
    } else {
      refuse(
          context,
          ApiError.of(new Overloaded("Too many large requests are being served", RETRY_AFTER)));
    }
  }

  private void tooLate(ChannelHandlerContext context) {
    refuse(
        context,
        ApiError.refused(
            408,
            "request_timeout",
            "The request did not arrive within %d s".formatted(receiveLimit.toSeconds())));
    var _ = context.close();
  }

  private void refuse(ChannelHandlerContext context, ApiError error) {
    refused = true;
    boolean alone = open.size() <= 1; // Else another request's answer may be under way.
    giveAllBack();
    if (alone) {
      var _ =
          context
              .writeAndFlush(response(error))
              .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    } else {
      var _ = context.close();
    }
  }

  private static FullHttpResponse response(ApiError error) {
    ByteBuf json = Unpooled.copiedBuffer(error.toJson(), StandardCharsets.UTF_8);
    var response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(error.status()), json);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .set(HttpHeaderNames.CONNECTION, "close")
        .set(HttpHeaderNames.CONTENT_LENGTH, json.readableBytes());
    HttpErrors.retryHeaders(error).forEach((name, value) -> response.headers().set(name, value));
    return response;
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise)
      throws Exception {
    boolean onTheWay =
        message instanceof HttpResponse response
            && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    if (message instanceof LastHttpContent && !onTheWay) {
      Body answered = open.poll();
      if (answered != null) {
        giveBack(answered);
      }
    }
    super.write(context, message, promise);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    giveAllBack();
    super.channelInactive(context);
  }

  private void giveAllBack() {
    open.forEach(this::giveBack);
    open.clear();
  }

  private void giveBack(Body body) {
    body.arrived();
    held.giveBack(body.takenBytes);
  }

  private static final class Body {
    private @Nullable Future<?> late;
    private long takenBytes;
    private long receivedBytes;

    /** Nobody waits for it any more. */
    void arrived() {
      if (late != null) {
        late.cancel(false);
      }
    }
  }
}
