package dev.argus.decoder.core;

import dev.argus.base.sampling.Sampling;
import dev.argus.base.timeline.Timeline;
import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.checkpoint.prompt.VisualSpan;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Prompts and requests for tests. */
final class Prompts {
  static final int IMAGE = 1;

  private Prompts() {}

  /** Words only: the ids 2, 3, 4, ... */
  static PromptLayout text(int length) {
    int[] ids = new int[length];
    Arrays.setAll(ids, i -> 2 + i % 20);
    return new PromptLayout(ids, List.of());
  }

  /** Words, with image tokens in the places of the spans. */
  static PromptLayout pictures(int length, VisualSpan... spans) {
    int[] ids = text(length).tokenIds();
    for (VisualSpan span : spans) {
      Arrays.fill(ids, span.position(), span.position() + span.length(), IMAGE);
    }
    return new PromptLayout(ids, List.of(spans));
  }

  /** What a picture is recognised by. */
  static ByteBuffer digest(int picture) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(picture).flip();
  }

  static Request request(
      PromptLayout layout,
      Sampling sampling,
      int maxTokens,
      OptionalLong deadlineNanos,
      LongSupplier clock,
      Consumer<Event> events) {
    Prompt prompt = new Prompt("tenant", layout, List.of());
    return request(prompt, 0, sampling, maxTokens, deadlineNanos, clock, events);
  }

  static Request request(
      Prompt prompt,
      int priority,
      Sampling sampling,
      int maxTokens,
      OptionalLong deadlineNanos,
      LongSupplier clock,
      Consumer<Event> events) {
    return new Request(
        prompt,
        priority,
        sampling,
        maxTokens,
        Set.of(Letters.END),
        new Letters(),
        Optional.empty(),
        deadlineNanos,
        new Timeline(clock),
        events);
  }
}
