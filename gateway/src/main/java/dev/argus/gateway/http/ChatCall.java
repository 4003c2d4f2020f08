package dev.argus.gateway.http;

import dev.argus.base.failure.ArgusException;
import dev.argus.base.tenant.Tenant;
import dev.argus.base.timeline.Timeline;
import dev.argus.gateway.grpc.AnswerSink;
import dev.argus.gateway.grpc.Generation;
import dev.argus.gateway.grpc.Question;
import dev.argus.gateway.grpc.Tenants;
import dev.argus.v1.Completion;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.GenerateResponse;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.opentelemetry.context.Scope;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One request for a chat completion, from its body to the end of its answer.
 *
 * <p>A stream's reply is there with its first event, so that whatever fails before has its own HTTP
 * code. One thread runs the call; {@link #cancel} and {@link #reply} are for any.
 */
public final class ChatCall {
  /** The last event of a stream that ended well. */
  private static final String DONE = "[DONE]";

  private final Generation generation;
  private final Tenants tenants;
  private final RemotePictures pictures;
  private final Function<String, Optional<String>> headers;
  private final long createdSeconds;
  private final String id =
      "chatcmpl-" + HexFormat.of().toHexDigits(random()) + HexFormat.of().toHexDigits(random());
  private final CancellableContext context = Context.ROOT.withCancellation();
  private final CompletableFuture<Reply> reply = new CompletableFuture<>();
  private final EventPublisher events;
  private final PictureBudget budget;
  private final Asked asked;
  private final CompletableFuture<?> ended = new CompletableFuture<>();

  ChatCall(
      Generation generation,
      Tenants tenants,
      RemotePictures pictures,
      byte[] body,
      Function<String, Optional<String>> headers,
      long createdSeconds) {
    this.generation = generation;
    this.tenants = tenants;
    this.pictures = pictures;
    this.headers = headers;
    this.createdSeconds = createdSeconds;
    this.events = new EventPublisher(generation.limits().streams().stall(), this::cancel);
    this.budget = pictures.budget();
    this.asked = new Asked(body);
  }

  private static long random() {
    return ThreadLocalRandom.current().nextLong();
  }

  /** The answer, or its beginning; never fails. */
  public CompletableFuture<Reply> reply() {
    return reply;
  }

  /** The client has gone. Does nothing once the call has ended. */
  public void cancel() {
    context.cancel(new CancellationException("The client closed its connection"));
  }

  /** Runs an action once nothing is done for the call any more. */
  public void whenEnded(Runnable action) {
    var _ = ended.thenRun(action);
  }

  void run(HttpTelemetry.Request observed) {
    try (observed;
        budget;
        Scope _ = observed.span().makeCurrent()) {
      Reply last = context.call(this::answer);
      observed.status(last instanceof Reply.Refused refused ? refused.error().status() : 200);
      reply.complete(last);
    } catch (Exception e) {
      throw new IllegalStateException("answer throws nothing", e);
    } finally {
      context.cancel(null);
      ended.complete(null);
    }
  }

  private Reply answer() {
    try {
      requireJson();
      generation.answer(asked, asked);
      if (asked.chat().stream()) {
        events.send(DONE);
        events.end();
      }
      return asked.whole();
    } catch (Throwable failure) {
      // The boundary: whatever it is, the client is told and nothing is left open.
      ApiError error =
          failure instanceof UnsupportedType type ? type.error() : ApiError.of(failure);
      events.endWith(error.toJson());
      return new Reply.Refused(error);
    }
  }

  private void requireJson() {
    String type = headers.apply("content-type").orElse("").toLowerCase(Locale.ROOT);
    if (!type.startsWith("application/json")) {
      throw new UnsupportedType(type);
    }
  }

  private static final class UnsupportedType extends RuntimeException {
    UnsupportedType(String type) {
      super(
          "The body must have Content-Type: application/json"
              + (type.isEmpty() ? "" : ", not " + type));
    }

    ApiError error() {
      return ApiError.refused(415, "unsupported_media_type", String.valueOf(getMessage()));
    }
  }

  /** The request as the core asks for it, and the client as the core sees it. */
  private final class Asked implements Question, AnswerSink {
    private byte @Nullable [] body; // until it is read: it may be large, and its request is kept
    private @Nullable ChatRequest chat;
    private @Nullable AnswerChunks chunks;
    private @Nullable Completion completion;
    private final WholeAnswer whole = new WholeAnswer();

    Asked(byte[] body) {
      this.body = body;
    }

    ChatRequest chat() {
      ChatRequest read = chat;
      if (read == null) {
        read = ChatRequestReader.read(Objects.requireNonNull(body));
        chat = read;
        body = null;
      }
      return read;
    }

    @Override
    public Tenant tenant() {
      return tenants.of(headers.apply(Tenants.HEADER).orElse(""));
    }

    @Override
    public String model() {
      return chat().request().getModel();
    }

    @Override
    public GenerateRequest complete(Timeline timeline) {
      return chat().complete(pictures, budget, timeline);
    }

    @Override
    public void send(GenerateResponse event) {
      if (chat().stream()) {
        stream(event);
      } else if (event.hasCompletion()) {
        completion = event.getCompletion();
      } else {
        whole.add(event);
      }
    }

    private void stream(GenerateResponse event) {
      AnswerChunks made = chunks;
      if (made == null) {
        made = new AnswerChunks(head(), chat().includeUsage());
        chunks = made;
        reply.complete(new Reply.Events(id, events));
      }
      made.of(event).forEach(chunk -> events.send(chunk.toString()));
    }

    /** For a stream, nobody sees it. */
    Reply whole() {
      String json = completion == null ? "" : whole.end(head(), completion).toString();
      return new Reply.Whole(id, json);
    }

    private AnswerHead head() {
      String model = model().isEmpty() ? generation.models().getFirst() : model();
      return new AnswerHead(id, createdSeconds, model);
    }

    @Override
    public void abort(ArgusException reason) {
      events.abort(reason);
    }
  }
}
