package dev.argus.decoder.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.base.failure.Cancelled;
import dev.argus.base.sampling.Penalties;
import dev.argus.base.sampling.Sampling;
import dev.argus.base.sampling.Stopping;
import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.checkpoint.prompt.VisualSpan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One run of random events against a scheduler of random size, decided by a seed.
 *
 * <p>After every event: as many slots are used as sequences hold one; every sequence is either live
 * or ended; nobody has more undelivered tokens than allowed; what a reader got is the beginning of
 * what its sequence answers alone, and all of it if it finished. At the end nothing is left.
 */
final class RandomLoad {
  private static final int CAPACITY = 48;
  private static final int EVENTS = 250;
  private static final List<String> STOPS = List.of("abca", "cc", "bab", "aaaa", "cbc");

  private final Random random;
  private final VirtualClock clock = new VirtualClock();
  private final FakeModel model;
  private final SchedulerLimits limits;
  private final Scheduler scheduler;
  private final List<Client> clients = new ArrayList<>();
  private final Set<SequenceState.Transition> visited = new HashSet<>();

  RandomLoad(long seed) {
    random = new Random(seed);
    model = new FakeModel(1 + random.nextInt(4), CAPACITY, 30);
    int chunk = 1 + random.nextInt(9);
    limits =
        new SchedulerLimits(
            chunk,
            model.slots() + 1 + random.nextInt(8),
            random.nextInt(5),
            1 + random.nextInt(6),
            Duration.ofMillis(400),
            Duration.ofMillis(300),
            Duration.ofMillis(200));
    scheduler = new Scheduler(model, limits, clock, observer());
  }

  void run() {
    for (int i = 0; i < EVENTS; i++) {
      event();
      check();
    }
    drain();
    assertThat(scheduler.live()).isZero();
    assertThat(scheduler.slotsUsed()).isZero();
    assertThat(scheduler.waiting()).isZero();
    assertThat(clients).allMatch(client -> client.reader.ended());
  }

  Set<SequenceState.Transition> visited() {
    return visited;
  }

  Set<Class<?>> endings() {
    Set<Class<?>> endings = new HashSet<>();
    for (Client client : clients) {
      endings.add(
          client.reader.finished() ? Event.Finished.class : client.reader.failure().getClass());
    }
    return endings;
  }

  int sequences() {
    return clients.size();
  }

  private void event() {
    switch (random.nextInt(20)) {
      case 0, 1 -> arrive();
      case 2, 3, 4 -> anyClient().forEach(this::sendVisualTokens);
      case 5, 6, 7 -> clients.forEach(this::deliver);
      case 8 -> clock.advance(Duration.ofMillis(random.nextInt(120)));
      case 9 -> anyClient().filter(client -> random.nextInt(3) == 0).forEach(this::cancel);
      case 10 -> failTheModelAtTimes();
      default -> step();
    }
  }

  private void arrive() {
    clients.add(new Client(clients.size()));
  }

  private void sendVisualTokens(Client client) {
    if (!client.missing.isEmpty()) {
      Collections.shuffle(client.missing, random);
      int span = client.missing.removeLast();
      int length = client.layout.spans().get(span).length();
      scheduler.apply(
          new Command.VisualTokens(
              client.id, span, VisualFeatures.rows(client.featureSeed() + span, length)));
    }
  }

  private void deliver(Client client) {
    int most = client.reader.tokens.size() - client.delivered;
    int tokens = client.stalled ? 0 : random.nextInt(most + 1);
    if (tokens > 0) {
      client.delivered += tokens;
      scheduler.apply(new Command.Delivered(client.id, tokens));
    }
  }

  private void cancel(Client client) {
    scheduler.apply(new Command.Cancel(client.id, new Cancelled("the caller left")));
    assertThat(client.reader.ended()).isTrue();
  }

  private void failTheModelAtTimes() {
    if (random.nextInt(4) == 0 && scheduler.busy()) {
      model.failNext();
      step();
    }
  }

  private void step() {
    scheduler.step();
    clock.advance(Duration.ofMillis(random.nextInt(5)));
  }

  private Stream<Client> anyClient() {
    List<Client> live = clients.stream().filter(client -> !client.reader.ended()).toList();
    return live.isEmpty() ? Stream.empty() : Stream.of(live.get(random.nextInt(live.size())));
  }

  /** Without new arrivals every sequence ends, by itself or by a limit. */
  private void drain() {
    int bound = (model.slots() + limits.queueLimit()) * 2 * CAPACITY + 1000;
    for (int i = 0; i < bound && scheduler.live() > 0; i++) {
      clients.forEach(this::deliver);
      step();
      clock.advance(Duration.ofMillis(1));
      check();
    }
  }

  private void check() {
    long holding =
        clients.stream()
            .flatMap(client -> scheduler.stateOf(client.id).stream())
            .filter(SequenceState::holdsSlot)
            .count();
    assertThat((long) scheduler.slotsUsed()).isEqualTo(holding).isLessThanOrEqualTo(model.slots());
    assertThat(scheduler.waiting()).isLessThanOrEqualTo(limits.queueLimit() + model.slots());
    long going = clients.stream().filter(client -> !client.reader.ended()).count();
    assertThat((long) scheduler.live()).isEqualTo(going);
    clients.forEach(this::check);
  }

  private void check(Client client) {
    Reader reader = client.reader;
    assertThat(scheduler.stateOf(client.id).isEmpty()).isEqualTo(reader.ended());
    if (!reader.ended()) {
      assertThat(reader.tokens.size() - client.delivered)
          .isLessThanOrEqualTo(limits.undeliveredLimit());
    }
    if (client.checkedTokens == reader.tokens.size() && client.checkedEnd == reader.ended()) {
      return;
    }
    client.checkedTokens = reader.tokens.size();
    client.checkedEnd = reader.ended();
    if (reader.finished()) {
      assertThat(reader.tokens).isEqualTo(client.expected.tokens());
      assertThat(reader.text).hasToString(client.expected.text());
      assertThat(reader.finishReason()).isEqualTo(client.expected.reason());
    } else {
      assertThat(client.expected.tokens()).hasSizeGreaterThanOrEqualTo(reader.tokens.size());
      assertThat(client.expected.tokens().subList(0, reader.tokens.size()))
          .isEqualTo(reader.tokens);
      assertThat(client.expected.text()).startsWith(reader.text);
    }
  }

  private SchedulerObserver observer() {
    return new SchedulerObserver() {
      @Override
      public void occupied(int slotsUsed, int waiting) {
        assertThat(slotsUsed).isEqualTo(scheduler.slotsUsed());
      }

      @Override
      public void stepped(Step step) {
        assertThat(step.decodeRows() + step.prefillTokens())
            .isPositive()
            .isLessThanOrEqualTo(limits.stepTokens());
        assertThat(step.prefillTokens()).isLessThanOrEqualTo(limits.prefillChunk());
      }

      @Override
      public void moved(SequenceState.Transition transition) {
        visited.add(transition);
      }

      @Override
      public void firstToken(long nanosSinceSubmission) {
        assertThat(nanosSinceSubmission).isNotNegative();
      }
    };
  }

  /** Someone who asks. */
  private final class Client {
    final long id;
    final PromptLayout layout;
    final ReferenceAnswer expected;
    final Reader reader = new Reader();
    final List<Integer> missing = new ArrayList<>();

    /** Whether it never reads. */
    final boolean stalled = random.nextInt(12) == 0;

    int delivered;
    int checkedTokens;
    boolean checkedEnd;

    Client(long id) {
      this.id = id;
      this.layout = randomLayout();
      for (int span = 0; span < layout.spans().size(); span++) {
        missing.add(span);
      }
      Sampling sampling = randomSampling();
      int maxTokens = 1 + random.nextInt(CAPACITY - layout.tokenIds().length);
      this.expected = ReferenceAnswer.of(layout, featureSeed(), sampling, maxTokens, model);
      OptionalLong deadline =
          random.nextInt(4) == 0
              ? OptionalLong.of(
                  clock.getAsLong() + Duration.ofMillis(random.nextInt(300)).toNanos())
              : OptionalLong.empty();
      scheduler.apply(
          new Command.Submit(
              id, Prompts.request(layout, sampling, maxTokens, deadline, clock, reader)));
    }

    int featureSeed() {
      return (int) id * 100;
    }

    private PromptLayout randomLayout() {
      int length = 1 + random.nextInt(CAPACITY / 2);
      List<VisualSpan> spans = new ArrayList<>();
      int position = random.nextInt(4);
      while (random.nextInt(3) > 0 && position < length) {
        int tokens = 1 + random.nextInt(length - position);
        spans.add(new VisualSpan(position, tokens));
        position += tokens + random.nextInt(3);
      }
      return Prompts.pictures(length, spans.toArray(VisualSpan[]::new));
    }

    private Sampling randomSampling() {
      List<String> stop = STOPS.subList(0, random.nextInt(3) == 0 ? 1 + random.nextInt(5) : 0);
      return Sampling.GREEDY
          .withTemperature(random.nextBoolean() ? 0 : 0.1f + random.nextFloat())
          .withTopP(random.nextBoolean() ? 1 : 0.1f + 0.9f * random.nextFloat())
          .withTopK(random.nextInt(6))
          .withMinP(random.nextBoolean() ? 0 : random.nextFloat() / 2)
          .withPenalties(randomPenalties())
          .withSeed(random.nextLong())
          .withStopping(
              Stopping.DEFAULT
                  .withStrings(stop)
                  .withMinTokens(random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 0)
                  .withTokenIds(random.nextInt(4) == 0 ? Set.of(2 + random.nextInt(20)) : Set.of())
                  .withIgnoreEndOfSequence(random.nextInt(4) == 0));
    }

    private Penalties randomPenalties() {
      return random.nextBoolean()
          ? Penalties.NONE
          : new Penalties(
              0.5f + random.nextFloat(), random.nextFloat() - 0.5f, random.nextFloat() - 0.5f);
    }
  }
}
