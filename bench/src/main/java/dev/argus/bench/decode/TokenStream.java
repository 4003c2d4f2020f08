package dev.argus.bench.decode;

import dev.argus.base.sampling.Sampling;
import dev.argus.base.sampling.Stopping;
import dev.argus.base.timeline.Timeline;
import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.decoder.core.DecoderLoop;
import dev.argus.decoder.core.Event;
import dev.argus.decoder.core.Prompt;
import dev.argus.decoder.core.Request;
import dev.argus.decoder.core.Ticket;
import dev.argus.decoder.core.text.TextDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/** A client of the decoder that asks for one answer and takes every token as it comes. */
final class TokenStream {
  private static final TextDecoder NO_TEXT =
      new TextDecoder() {
        @Override
        public String append(int id) {
          return "";
        }

        @Override
        public String finish() {
          return "";
        }
      };

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final List<Long> tokenNanos = new ArrayList<>();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final Thread reader;

  private TokenStream(DecoderLoop loop, int[] prompt, int tokens, Sampling sampling) {
    Ticket ticket =
        loop.submit(
            new Request(
                new Prompt("bench", new PromptLayout(prompt, List.of()), List.of()),
                0,
                sampling.withStopping(Stopping.DEFAULT.withIgnoreEndOfSequence(true)),
                tokens,
                Set.of(),
                NO_TEXT,
                Optional.empty(),
                OptionalLong.empty(),
                Timeline.start(),
                this::happened));
    reader = Thread.ofVirtual().start(() -> read(ticket));
  }

  /**
   * Asks.
   *
   * @param tokens of the answer
   * @param sampling how they are chosen
   */
  static TokenStream open(DecoderLoop loop, int[] prompt, int tokens, Sampling sampling) {
    return new TokenStream(loop, prompt, tokens, sampling);
  }

  /** Waits for the first token. */
  void awaitBegin() throws InterruptedException {
    begun.await();
  }

  /**
   * Waits for the last token.
   *
   * @return when each was generated, by {@link System#nanoTime}
   */
  List<Long> awaitEnd() throws InterruptedException {
    reader.join();
    return tokenNanos;
  }

  /** On the scheduler's thread. */
  private void happened(Event event) {
    if (event instanceof Event.Token) {
      tokenNanos.add(System.nanoTime());
      begun.countDown();
    }
    events.add(event);
  }

  private void read(Ticket ticket) {
    try {
      while (true) {
        switch (events.take()) {
          case Event.Admitted _ -> {}
          case Event.Token _ -> ticket.delivered(1);
          case Event.Finished _ -> {
            return;
          }
          case Event.Failed(var failure) -> throw failure;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
