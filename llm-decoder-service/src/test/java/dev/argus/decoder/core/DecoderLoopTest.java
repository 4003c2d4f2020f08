package dev.argus.decoder.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.DeadlineExpired;
import dev.argus.base.failure.ModelFault;
import dev.argus.base.sampling.Sampling;
import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.checkpoint.prompt.VisualSpan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DecoderLoopTest {
  private static final PromptLayout PROMPT = Prompts.text(5);

  private final FakeModel model = new FakeModel(2, 64, 50);
  private final DecoderLoop loop =
      DecoderLoop.start("test", model, SchedulerLimits.DEFAULT, SchedulerObserver.NONE);
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  @AfterEach
  void stop() {
    loop.close();
    assertThat(model.closed()).isTrue();
  }

  @Test
  void answers() throws InterruptedException {
    loop.submit(request(PROMPT, 8));
    assertThat(tokensUntilEnd())
        .isEqualTo(ReferenceAnswer.of(PROMPT, 0, Sampling.GREEDY, 8, model).tokens());
  }

  @Test
  void wakesForVisualTokens() throws InterruptedException {
    PromptLayout layout = Prompts.pictures(6, new VisualSpan(1, 2));
    Ticket ticket = loop.submit(request(layout, 8));
    assertThat(next()).isInstanceOf(Event.Admitted.class);

    ticket.visualTokens(0, VisualFeatures.rows(0, 2));

    assertThat(tokensUntilEnd())
        .isEqualTo(ReferenceAnswer.of(layout, 0, Sampling.GREEDY, 8, model).tokens());
  }

  @Test
  void wakesForACancellation() throws InterruptedException {
    Ticket ticket = loop.submit(request(Prompts.pictures(6, new VisualSpan(1, 2)), 8));
    assertThat(next()).isInstanceOf(Event.Admitted.class);

    Cancelled reason = new Cancelled("enough");
    ticket.cancel(reason);

    assertThat(next()).isEqualTo(new Event.Failed(reason));
  }

  @Test
  void wakesForADeadline() throws InterruptedException {
    OptionalLong deadline = OptionalLong.of(System.nanoTime() + Duration.ofMillis(20).toNanos());
    PromptLayout layout = Prompts.pictures(6, new VisualSpan(1, 2));
    loop.submit(
        Prompts.request(layout, Sampling.GREEDY, 8, deadline, System::nanoTime, events::add));
    // On a busy machine the deadline passes before prefill begins.
    Event first = next();
    Event last = first instanceof Event.Admitted ? next() : first;
    assertThat(last)
        .isInstanceOfSatisfying(
            Event.Failed.class,
            failed -> assertThat(failed.failure()).isInstanceOf(DeadlineExpired.class));
  }

  @Test
  void survivesABugInTheModel() throws InterruptedException {
    model.beforeCall(call -> {
      throw new IllegalStateException("a bug");
    });
    loop.submit(request(PROMPT, 8));
    assertThat(next()).isInstanceOf(Event.Admitted.class);
    assertThat(next())
        .isInstanceOfSatisfying(
            Event.Failed.class,
            failed -> assertThat(failed.failure()).isInstanceOf(ModelFault.class));

    model.beforeCall(call -> {});
    loop.submit(request(PROMPT, 8));
    assertThat(tokensUntilEnd()).isNotEmpty();
  }

  @Test
  void survivesAnError() throws InterruptedException {
    model.beforeCall(call -> {
      throw new OutOfMemoryError("as for a tensor");
    });
    loop.submit(request(PROMPT, 8));
    assertThat(next()).isInstanceOf(Event.Admitted.class);
    assertThat(next()).isInstanceOf(Event.Failed.class);

    model.beforeCall(call -> {});
    loop.submit(request(PROMPT, 8));
    assertThat(tokensUntilEnd()).isNotEmpty();
  }

  @Test
  void aCommandThatFailsLosesNoneOfThoseAfterIt() throws InterruptedException {
    CountDownLatch prefilling = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    PromptLayout layout = Prompts.pictures(6, new VisualSpan(1, 2));
    Ticket twice = loop.submit(request(layout, 8));
    assertThat(next()).isInstanceOf(Event.Admitted.class);
    model.beforeCall(call -> {
      prefilling.countDown();
      await(goOn);
    });
    twice.visualTokens(0, VisualFeatures.rows(0, 2));
    await(prefilling);
    // These two are taken together.
    twice.visualTokens(0, VisualFeatures.rows(0, 2));
    loop.submit(request(PROMPT, 8));
    model.beforeCall(call -> {});
    goOn.countDown();

    assertThat(tokensUntilEnd()).isNotEmpty();
  }

  @Test
  void anInterruptedThreadCanCancel() throws InterruptedException {
    Ticket ticket = loop.submit(request(Prompts.pictures(6, new VisualSpan(1, 2)), 8));
    assertThat(next()).isInstanceOf(Event.Admitted.class);

    Cancelled reason = new Cancelled("interrupted");
    Thread.currentThread().interrupt();
    ticket.cancel(reason);
    assertThat(Thread.interrupted()).isTrue();

    assertThat(next()).isEqualTo(new Event.Failed(reason));
  }

  @Test
  void endsEverySequenceWhenItCloses() throws InterruptedException {
    CountDownLatch prefilling = new CountDownLatch(1);
    model.beforeCall(call -> {
      prefilling.countDown();
      awaitInterrupt();
    });
    loop.submit(request(PROMPT, 8));
    assertThat(prefilling.await(30, TimeUnit.SECONDS)).isTrue();
    loop.submit(request(PROMPT, 8));

    loop.close();

    assertThat(events.stream().filter(Event.Failed.class::isInstance)).hasSize(2);
    assertThatThrownBy(() -> loop.submit(request(PROMPT, 8))).isInstanceOf(Cancelled.class);
  }

  private Request request(PromptLayout layout, int maxTokens) {
    return Prompts.request(
        layout, Sampling.GREEDY, maxTokens, OptionalLong.empty(), System::nanoTime, events::add);
  }

  private Event next() throws InterruptedException {
    Event event = events.poll(30, TimeUnit.SECONDS);
    assertThat(event).isNotNull();
    return Objects.requireNonNull(event);
  }

  private List<Integer> tokensUntilEnd() throws InterruptedException {
    List<Integer> tokens = new ArrayList<>();
    for (Event event = next(); !(event instanceof Event.Finished); event = next()) {
      if (event instanceof Event.Token(int id, String text, var _)) {
        tokens.add(id);
      }
    }
    return tokens;
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As a long call of the model that {@link DecoderLoop#close} finds under way. */
  private static void awaitInterrupt() {
    try {
      assertThat(new CountDownLatch(1).await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
