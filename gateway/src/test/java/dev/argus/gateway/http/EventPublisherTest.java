package dev.argus.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.DeadlineExpired;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

@Timeout(10)
class EventPublisherTest {
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private final EventPublisher events =
      new EventPublisher(Duration.ofMillis(20), () -> cancelled.set(true));
  private final Reader reader = new Reader();

  @Test
  void handsOnAsManyEventsAsAreAskedFor() {
    events.subscribe(reader);
    reader.demand().request(2);
    events.send("a");
    events.send("b");

    assertThatThrownBy(() -> events.send("c"))
        .isInstanceOf(Cancelled.class)
        .hasMessage("The reader took nothing for 0 s");
    assertThat(reader.received).containsExactly("a", "b");
  }

  @Test
  void endsAtOnceOrWithALastEventOnceThereIsRoom() {
    events.subscribe(reader);
    events.endWith("sorry");
    assertThat(reader.ended).isFalse();
    reader.demand().request(1);

    assertThat(reader.received).containsExactly("sorry");
    assertThat(reader.ended).isTrue();
    events.end();
    assertThat(reader.received).hasSize(1);
  }

  @Test
  void aReaderThatComesAfterTheEndHearsOfIt() {
    events.end();
    events.subscribe(reader);

    assertThat(reader.ended).isTrue();
  }

  @Test
  void anAbortedStreamStillTellsItsLastEvent() {
    events.subscribe(reader);
    reader.demand().request(5);
    events.abort(new DeadlineExpired("late"));

    assertThatThrownBy(() -> events.send("a")).isInstanceOf(DeadlineExpired.class);
    events.endWith("late");
    assertThat(reader.received).containsExactly("late");
    assertThat(reader.ended).isTrue();
  }

  @Test
  void aReaderThatWantsNoMoreCancels() {
    events.subscribe(reader);
    reader.demand().cancel();

    assertThat(cancelled).isTrue();
  }

  private static final class Reader implements Subscriber<String> {
    private final List<String> received = new ArrayList<>();
    private @Nullable Subscription subscription;
    private boolean ended;

    Subscription demand() {
      return Objects.requireNonNull(subscription);
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      this.subscription = subscription;
    }

    @Override
    public void onNext(String event) {
      received.add(event);
    }

    @Override
    public void onError(Throwable failure) {
      throw new AssertionError(failure);
    }

    @Override
    public void onComplete() {
      ended = true;
    }
  }
}
