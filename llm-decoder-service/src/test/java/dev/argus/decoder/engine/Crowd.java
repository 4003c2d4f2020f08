package dev.argus.decoder.engine;

import dev.argus.base.timeline.Timeline;
import dev.argus.decoder.core.DecoderLoop;
import dev.argus.decoder.core.Event;
import dev.argus.decoder.core.FinishReason;
import dev.argus.decoder.core.Letters;
import dev.argus.decoder.core.Request;
import dev.argus.decoder.core.Ticket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Clients of one decoder. They arrive in a random order, send visual tokens in a random order and
 * read late, all paced by what comes back, so that no clock is needed.
 */
final class Crowd {
  private final DecoderLoop loop;
  private final int hiddenSize;
  private final List<RandomRequest> requests;
  private final Random random;
  private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
  private final Map<Integer, Client> present = new HashMap<>();
  private final Map<Integer, Answer> answers = new HashMap<>();

  /** What a client of a number was told. */
  private record Heard(int client, Event event) {}

  /**
   * What came back.
   *
   * @param tokens all of them
   * @param chances log-probabilities of each and of the most probable one: equal in all bits only
   *     where all logits are
   * @param text of all of them
   * @param reason why there are no more
   */
  record Answer(List<Integer> tokens, List<Object> chances, String text, FinishReason reason) {}

  private static final class Client {
    final Ticket ticket;
    final List<Integer> missing = new ArrayList<>();
    final List<Integer> tokens = new ArrayList<>();
    final List<Object> chances = new ArrayList<>();
    final StringBuilder text = new StringBuilder();
    int unread;

    Client(Ticket ticket) {
      this.ticket = ticket;
    }
  }

  Crowd(DecoderLoop loop, int hiddenSize, List<RandomRequest> requests, Random random) {
    this.loop = loop;
    this.hiddenSize = hiddenSize;
    this.requests = requests;
    this.random = random;
  }

  /**
   * Lets all requests be answered.
   *
   * @param most how many at once
   * @return the answers in the order of the requests
   */
  List<Answer> answers(int most) throws InterruptedException {
    List<Integer> toCome = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      toCome.add(i);
    }
    Collections.shuffle(toCome, random);
    while (!toCome.isEmpty() || !present.isEmpty()) {
      if (present.isEmpty() || (!toCome.isEmpty() && present.size() < most && chance(3))) {
        arrive(toCome.removeLast());
      }
      act();
      hear();
    }
    return IntStream.range(0, requests.size())
        .mapToObj(i -> Objects.requireNonNull(answers.get(i)))
        .toList();
  }

  private void arrive(int number) {
    RandomRequest request = requests.get(number);
    Ticket ticket =
        loop.submit(
            new Request(
                request.prompt(),
                0,
                request.sampling(),
                request.maxTokens(),
                Set.of(Letters.END),
                RandomRequest.text(),
                Optional.empty(),
                OptionalLong.empty(),
                Timeline.start(),
                event -> heard.add(new Heard(number, event))));
    Client client = new Client(ticket);
    for (int span = 0; span < request.pictures().length; span++) {
      client.missing.add(span);
    }
    Collections.shuffle(client.missing, random);
    present.put(number, client);
  }

  /** Sends visual tokens and reads now and then, and always when nothing else would happen. */
  private void act() {
    boolean idle = heard.isEmpty();
    present.forEach((number, client) -> {
      while (!client.missing.isEmpty() && (idle || chance(4))) {
        int span = client.missing.removeLast();
        client.ticket.visualTokens(span, requests.get(number).features(span, hiddenSize));
      }
      if (client.unread > 0 && (idle || chance(4))) {
        client.ticket.delivered(client.unread);
        client.unread = 0;
      }
    });
  }

  private void hear() throws InterruptedException {
    Heard next = Objects.requireNonNull(heard.poll(60, TimeUnit.SECONDS), "nothing happens");
    Client client = Objects.requireNonNull(present.get(next.client()));
    switch (next.event()) {
      case Event.Admitted _ -> {}
      case Event.Token(int id, String text, var chances) -> {
        client.tokens.add(id);
        client.chances.add(chances);
        client.text.append(text);
        client.unread++;
      }
      case Event.Finished finished -> {
        answers.put(
            next.client(),
            new Answer(client.tokens, client.chances, client.text.toString(), finished.reason()));
        present.remove(next.client());
      }
      case Event.Failed failed -> throw new AssertionError(failed.failure());
    }
  }

  private boolean chance(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }
}
