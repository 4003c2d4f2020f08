package dev.argus.decoder.grpc;

import static io.opentelemetry.api.common.AttributeKey.doubleKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;

import dev.argus.base.failure.ArgusException;
import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.DeadlineExpired;
import dev.argus.base.failure.InvalidInput;
import dev.argus.base.sampling.Sampling;
import dev.argus.base.timeline.Activity;
import dev.argus.base.timeline.Timeline;
import dev.argus.decoder.core.Event;
import dev.argus.decoder.core.FinishReason;
import dev.argus.decoder.core.Prompt;
import dev.argus.decoder.core.Request;
import dev.argus.decoder.core.Ticket;
import dev.argus.decoder.core.grammar.Constraint;
import dev.argus.decoder.core.grammar.Format;
import dev.argus.decoder.core.grammar.Grammar;
import dev.argus.decoder.core.region.Region;
import dev.argus.decoder.core.region.RegionReader;
import dev.argus.service.wire.Activities;
import dev.argus.service.wire.SamplingFields;
import dev.argus.service.wire.StreamSender;
import dev.argus.stage.v1.Admitted;
import dev.argus.stage.v1.CheckpointRef;
import dev.argus.stage.v1.DecodeHeader;
import dev.argus.stage.v1.DecodeRequest;
import dev.argus.stage.v1.DecodeResponse;
import dev.argus.stage.v1.DecodeSummary;
import dev.argus.stage.v1.VisualTokens;
import dev.argus.v1.Stage;
import dev.argus.v1.Token;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One stream of {@code Decode}.
 *
 * <p>Three threads meet here. gRPC's, one call at a time, brings requests and hands them on. The
 * scheduler's puts events into a queue, which is bounded because a sequence pauses when too many of
 * its tokens are undelivered. The stream's own virtual thread takes them from there in {@link
 * #answer} and sends them as fast as the reader reads.
 *
 * <p>Whatever goes wrong on the way in ends the sequence, and comes out as its last event: the
 * stream fails in one place.
 */
final class DecodeCall implements StreamObserver<DecodeRequest> {
  private static final AttributeKey<String> FORM = stringKey("argus.decoder.form");
  private static final AttributeKey<Double> COMPILE_MILLIS =
      doubleKey("argus.decoder.form.compile_ms");
  private static final AttributeKey<Double> MASK_MILLIS = doubleKey("argus.decoder.form.mask_ms");
  private static final double NANOS_PER_MILLI = 1e6;

  private final Function<CheckpointRef, ServedModel> models;
  private final LongSupplier seeds;
  private final StreamSender<DecodeResponse> sender;
  private final Duration headerLimit;
  private final Timeline timeline = Timeline.start();
  private final Span span = Span.current();
  private final OptionalLong deadlineNanos = deadline();
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  /** Completed once: by the header, or by what made it impossible. */
  private final CompletableFuture<Ticket> ticket = new CompletableFuture<>();

  /** Set by gRPC's calls, before anything is submitted; there once the header was accepted. */
  private volatile @Nullable VisualIntake intake;

  /** Of the model's tokens; there before the first of its events. */
  private volatile IntFunction<byte[]> bytes = _ -> new byte[0];

  /** Reads the answer's regions, where they are asked for. As {@link #bytes}. */
  private volatile Optional<RegionReader> regions = Optional.empty();

  /** Keeps the answer to its form, where it has one. As {@link #bytes}. */
  private volatile Optional<Constraint> constraint = Optional.empty();

  /** Whether the reader asked for log-probabilities, which regions need in any case. */
  private volatile boolean tellsLogprobs = true;

  /**
   * @param models finds the model or throws
   * @param headerLimit longest wait for the header
   */
  DecodeCall(
      Function<CheckpointRef, ServedModel> models,
      LongSupplier seeds,
      StreamSender<DecodeResponse> sender,
      Duration headerLimit) {
    this.models = models;
    this.seeds = seeds;
    this.sender = sender;
    this.headerLimit = headerLimit;
    sender.onCancel(this::callEnded);
  }

  @Override
  public void onNext(DecodeRequest message) {
    try {
      switch (message.getEventCase()) {
        case HEADER -> begin(message.getHeader());
        case VISUAL_TOKENS -> fill(message.getVisualTokens());
        case EVENT_NOT_SET -> throw new InvalidInput("event", "must be set");
      }
    } catch (ArgusException e) {
      end(e);
    }
  }

  @Override
  public void onError(Throwable error) {
    end(new Cancelled("The caller cancelled"));
  }

  @Override
  public void onCompleted() {
    try {
      begun().ensureComplete();
    } catch (ArgusException e) {
      end(e);
    }
  }

  /** What was done so far. */
  List<Activity> activities() {
    return timeline.activities();
  }

  /**
   * Sends what the scheduler generates until the answer is complete.
   *
   * @throws ArgusException what ended it early
   */
  void answer() {
    Ticket accepted = awaitTicket();
    try {
      while (!sendNext(accepted)) {
        // Until the summary is sent.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Cancelled("interrupted while answering");
    } finally {
      constraint.ifPresent(
          form -> span.setAttribute(MASK_MILLIS, form.maskNanos() / NANOS_PER_MILLI));
      accepted.cancel(new Cancelled("nobody reads the answer any more")); // Nothing if it ended.
    }
  }

  private void begin(DecodeHeader header) {
    if (intake != null) {
      throw new InvalidInput("header", "was sent twice");
    }
    ServedModel model = models.apply(header.getCheckpoint());
    Prompt prompt = Headers.prompt(header);
    model.rules().check(prompt.layout());
    Sampling sampling = SamplingFields.fromProto(header.getSampling(), seeds);
    Optional<Format> format = Headers.format(header);
    if (format.isPresent() && format.get() instanceof Format.Regions) {
      regions = Optional.of(model.regions().reader(model.bytes()));
      tellsLogprobs = sampling.logprobs().isPresent();
      sampling = tellsLogprobs ? sampling : sampling.withLogprobs(0);
    }
    sampling.checkVocabulary(model.rules().vocabularySize());
    int maxTokens = model.rules().answerLimit(prompt.length(), sampling.stopping().maxTokens());
    if (sampling.stopping().minTokens() > maxTokens) {
      throw new InvalidInput(
          "sampling.min_tokens",
          "is %d; after the prompt at most %d tokens fit"
              .formatted(sampling.stopping().minTokens(), maxTokens));
    }
    Optional<Constraint> form = format.map(wanted -> constraint(model, wanted, maxTokens));
    intake = new VisualIntake(prompt.layout().spans(), model.hiddenSize(), model.fingerprint());
    bytes = model.bytes();
    Ticket submitted =
        model
            .loop()
            .submit(
                new Request(
                    prompt,
                    header.getPriority(),
                    sampling,
                    maxTokens,
                    model.endIds(),
                    model.texts().get(),
                    form,
                    deadlineNanos,
                    timeline,
                    events::add));
    if (!ticket.complete(submitted)) {
      submitted.cancel(new Cancelled("The call ended before its header was read"));
    }
  }

  /** Compiles the form, unless it is known; says in the call's span how long that took. */
  private Constraint constraint(ServedModel model, Format format, int maxTokens) {
    long start = System.nanoTime();
    Grammar grammar = model.grammars().of(format);
    span.setAttribute(FORM, format.kind());
    span.setAttribute(COMPILE_MILLIS, (System.nanoTime() - start) / NANOS_PER_MILLI);
    Constraint begun = grammar.begin(maxTokens);
    constraint = Optional.of(begun);
    return begun;
  }

  private void fill(VisualTokens message) {
    var features = begun().accept(message);
    ticket.join().visualTokens(message.getTileIndex(), features);
  }

  private VisualIntake begun() {
    VisualIntake known = intake;
    if (known == null) {
      throw new InvalidInput("header", "must be the first message of the stream");
    }
    return known;
  }

  /** The reader cancelled, or its deadline passed. */
  private void callEnded() {
    try {
      sender.ensureOpen();
    } catch (ArgusException reason) {
      end(reason);
    }
  }

  /** Ends the sequence if it has begun, or keeps it from beginning. */
  private void end(ArgusException reason) {
    if (!ticket.completeExceptionally(reason) && !ticket.isCompletedExceptionally()) {
      ticket.join().cancel(reason);
    }
  }

  private Ticket awaitTicket() {
    try {
      return ticket.get(headerLimit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      var late = new DeadlineExpired("no header came within " + headerLimit.toSeconds() + " s");
      end(late);
      throw late;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Cancelled("interrupted while waiting for the header");
    } catch (ExecutionException e) {
      throw (ArgusException) e.getCause();
    }
  }

  /** Sends the next event, and with a token those that are waiting already; true at the end. */
  private boolean sendNext(Ticket accepted) throws InterruptedException {
    return switch (events.take()) {
      case Event.Admitted admitted -> {
        sender.send(DecodeResponse.newBuilder().setAdmitted(hold(admitted)).build());
        yield false;
      }
      case Event.Token first -> {
        List<Region> complete = new ArrayList<>();
        Token tokens = withWaiting(first, complete);
        sender.send(DecodeResponse.newBuilder().setToken(tokens).build());
        complete.forEach(region -> sender.send(RegionMessages.of(region)));
        accepted.delivered(tokens.getIdsCount());
        yield false;
      }
      case Event.Finished finished -> {
        sender.send(DecodeResponse.newBuilder().setSummary(summary(finished)).build());
        yield true;
      }
      case Event.Failed(ArgusException failure) -> throw failure;
    };
  }

  /** From now on, the visual tokens that the slot holds need not come. */
  private Admitted hold(Event.Admitted admitted) {
    VisualIntake filled = Objects.requireNonNull(intake, "admitted before it was submitted");
    return Admitted.newBuilder()
        .setReusedTokens(admitted.reusedTokens())
        .setHeldTiles(filled.hold(admitted.reusedTokens()))
        .build();
  }

  private Token withWaiting(Event.Token first, List<Region> complete) {
    StringBuilder text = new StringBuilder();
    Token.Builder tokens = Token.newBuilder();
    add(first, tokens, text, complete);
    while (events.peek() instanceof Event.Token next) {
      events.remove();
      add(next, tokens, text, complete);
    }
    return tokens.setText(text.toString()).build();
  }

  private void add(
      Event.Token token, Token.Builder tokens, StringBuilder text, List<Region> complete) {
    tokens.addIds(token.id());
    text.append(token.text());
    regions.ifPresent(reader ->
        complete.addAll(reader.read(token.id(), token.logprobs().orElseThrow().chosen())));
    token
        .logprobs()
        .filter(_ -> tellsLogprobs)
        .ifPresent(known -> tokens.addLogprobs(LogprobMessages.of(token.id(), known, bytes)));
  }

  private DecodeSummary summary(Event.Finished finished) {
    return DecodeSummary.newBuilder()
        .setFinishReason(toProto(finished.reason()))
        .setCompletionTokens(finished.tokens())
        .setReusedTokens(finished.reusedTokens())
        .addAllActivities(Activities.toProto(Stage.STAGE_DECODER, timeline))
        .build();
  }

  private static dev.argus.v1.FinishReason toProto(FinishReason reason) {
    return switch (reason) {
      case STOP -> dev.argus.v1.FinishReason.FINISH_REASON_STOP;
      case LENGTH -> dev.argus.v1.FinishReason.FINISH_REASON_LENGTH;
    };
  }

  private static OptionalLong deadline() {
    Deadline deadline = Context.current().getDeadline();
    return deadline == null
        ? OptionalLong.empty()
        : OptionalLong.of(System.nanoTime() + deadline.timeRemaining(TimeUnit.NANOSECONDS));
  }
}
