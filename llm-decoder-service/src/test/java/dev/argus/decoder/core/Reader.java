package dev.argus.decoder.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.base.failure.ArgusException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes a sequence's events and checks their order. */
final class Reader implements Consumer<Event> {
  final List<Integer> tokens = new ArrayList<>();
  final StringBuilder text = new StringBuilder();
  private Event.@Nullable Admitted admitted;
  private @Nullable Event end;

  @Override
  public void accept(Event event) {
    assertThat(end).as("nothing comes after the end, but " + event).isNull();
    switch (event) {
      case Event.Admitted first -> {
        assertThat(admitted).isNull();
        admitted = first;
      }
      case Event.Token(int id, String piece, var _) -> {
        assertThat(admitted).isNotNull();
        tokens.add(id);
        text.append(piece);
      }
      case Event.Finished finished -> {
        assertThat(finished.tokens()).isEqualTo(tokens.size());
        end = finished;
      }
      case Event.Failed failed -> end = failed;
    }
  }

  Event.Admitted admitted() {
    return Objects.requireNonNull(admitted);
  }

  /** How much of the prompt the model did not have to read. */
  int reusedTokens() {
    return ((Event.Finished) Objects.requireNonNull(end)).reusedTokens();
  }

  boolean ended() {
    return end != null;
  }

  boolean finished() {
    return end instanceof Event.Finished;
  }

  FinishReason finishReason() {
    return ((Event.Finished) Objects.requireNonNull(end)).reason();
  }

  ArgusException failure() {
    return ((Event.Failed) Objects.requireNonNull(end)).failure();
  }
}
