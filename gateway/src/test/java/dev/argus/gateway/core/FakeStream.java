package dev.argus.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.base.failure.ArgusException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A stage's stream that says what the test tells it to, and remembers what it was sent. */
final class FakeStream implements StageStream {
  static final String HALF_CLOSE = "half-close";

  private final BlockingQueue<Object> responses = new LinkedBlockingQueue<>();
  private final BlockingQueue<Object> requests = new LinkedBlockingQueue<>();
  private Consumer<Object> reaction = _ -> {};
  private volatile boolean planned;
  volatile @Nullable ArgusException cancelled;

  /** What to do on each message and on {@link #HALF_CLOSE}. */
  FakeStream reacting(Consumer<Object> consumer) {
    reaction = consumer;
    return this;
  }

  FakeStream emit(StageEvent event) {
    responses.add(event);
    return this;
  }

  FakeStream fail(RuntimeException failure) {
    responses.add(failure);
    return this;
  }

  /** Waits for what was sent next. */
  Object received() throws InterruptedException {
    Object message = requests.poll(10, TimeUnit.SECONDS);
    return message == null ? "nothing" : message;
  }

  /** What was sent and not asked for yet. */
  List<Object> receivedSoFar() {
    return List.copyOf(requests);
  }

  @Override
  public void send(Object message) {
    ArgusException reason = cancelled;
    if (reason != null) {
      throw reason;
    }
    if (message instanceof PromptPlan || message instanceof PreprocessMessage.Begin) {
      planned = true;
      return;
    }
    assertThat(planned).as("the beginning comes before other messages").isTrue();
    requests.add(message);
    reaction.accept(message);
  }

  @Override
  public void halfClose() {
    requests.add(HALF_CLOSE);
    reaction.accept(HALF_CLOSE);
  }

  @Override
  public StageEvent next() {
    try {
      Object response = responses.take();
      if (response instanceof RuntimeException failure) {
        throw failure;
      }
      return (StageEvent) response;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void cancel(ArgusException reason) {
    if (cancelled == null) {
      cancelled = reason;
      responses.clear();
      responses.add(reason);
    }
  }
}
