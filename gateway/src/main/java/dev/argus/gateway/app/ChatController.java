package dev.argus.gateway.app;

import dev.argus.gateway.http.ApiError;
import dev.argus.gateway.http.ChatCall;
import dev.argus.gateway.http.ChatCompletions;
import dev.argus.gateway.http.Reply;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.micronaut.http.sse.Event;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.util.concurrent.CompletionStage;
import reactor.core.publisher.Flux;

/** OpenAI's paths. */
@Controller("/v1")
@Requires(property = "argus.stage", value = "gateway")
final class ChatController {
  private final ChatCompletions chat;

  ChatController(ChatCompletions chat) {
    this.chat = chat;
  }

  @Post("/chat/completions")
  @Consumes(MediaType.ALL)
  @Produces({MediaType.APPLICATION_JSON, MediaType.TEXT_EVENT_STREAM})
  CompletionStage<HttpResponse<?>> complete(HttpRequest<?> request, @Body byte[] body) {
    ChatCall call = chat.begin(body, name -> request.getHeaders().findFirst(name));
    if (request instanceof NettyHttpRequest<?> connected) {
      Channel connection = connected.getChannelHandlerContext().channel();
      ChannelFutureListener left = _ -> call.cancel();
      connection.closeFuture().addListener(left);
      // The connection may outlive many calls.
      call.whenEnded(() -> connection.closeFuture().removeListener(left));
      // Whether the client has gone is only seen by who reads.
      connection.read();
    }
    return call.reply().thenApply(ChatController::response);
  }

  @Get("/models")
  HttpResponse<byte[]> models() {
    return HttpErrors.json(HttpResponse.ok(), chat.models());
  }

  @Get("/models/{+name}")
  HttpResponse<byte[]> model(String name) {
    return chat.modelNamed(name)
        .map(json -> HttpErrors.json(HttpResponse.ok(), json))
        .orElseGet(() ->
            HttpErrors.response(
                ApiError.refused(
                    404, "model_not_found", "There is no model named \"%s\"".formatted(name))));
  }

  private static HttpResponse<?> response(Reply reply) {
    return switch (reply) {
      case Reply.Whole whole ->
          HttpErrors.json(HttpResponse.ok(), whole.json()).header("x-request-id", whole.id());
      case Reply.Events stream ->
          HttpResponse.ok(Flux.from(stream.events()).map(Event::of))
              .contentType(MediaType.TEXT_EVENT_STREAM_TYPE)
              .header("x-request-id", stream.id())
              .header("cache-control", "no-cache")
              .header("x-accel-buffering", "no");
      case Reply.Refused refused -> HttpErrors.response(refused.error());
    };
  }
}
