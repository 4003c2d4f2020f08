package dev.argus.decoder.core;

import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.Upstream;
import dev.argus.base.sampling.Penalties;
import dev.argus.base.sampling.Sampling;
import dev.argus.base.sampling.Stopping;
import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.checkpoint.prompt.VisualSpan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * One run of random events against a scheduler of random size, decided by a seed.
 *
 * <p>After every event: as many slots are used as sequences hold one; every sequence is either live
 * or ended; nobody has more undelivered tokens than allowed; what a reader got is the beginning of
 * what its sequence answers alone, and all of it if it finished. Slots go by arrival, every running
 * sequence gets a token in every iteration, and none waits for its prompt to be read longer than
 * the documentation says. At the end nothing is left.
 *
 * <p>Many prompts begin like another one, with the same pictures. What a picture looks like depends
 * on the tenant, so that an answer changes if tenants share anything.
 */
final class RandomLoad {
  private static final int CAPACITY = 48;
  private static final int EVENTS = 80;
  private static final int COST_OF_LAST = 2;
  private static final int PICTURES = 3;
  private static final List<String> STOPS = List.of("abca", "cc", "bab", "aaaa", "cbc");

  private final Random random;
  private final VirtualClock clock = new VirtualClock();
  private final FakeModel model;
  private final SchedulerLimits limits;
  private final Scheduler scheduler;
  private final List<Client> clients = new ArrayList<>();
  private final Set<SequenceState.Transition> visited = new HashSet<>();

  /** The last of the clients that has been given a slot. */
  private int lastAdmitted = -1;

  private int reusedTokens;

  RandomLoad(long seed) {
    random = new Random(seed);
    model = new FakeModel(1 + random.nextInt(4), CAPACITY, 30).costOfLast(COST_OF_LAST);
    limits =
        new SchedulerLimits(
            ChunkLength.LEAST_ROOM + random.nextInt(random.nextBoolean() ? 6 : 40),
            model.slots() + ChunkLength.LEAST_ROOM + random.nextInt(20),
            random.nextInt(5),
            1 + random.nextInt(6),
            Duration.ofMillis(400),
            Duration.ofMillis(300),
            Duration.ofMillis(200),
            random.nextInt(4) > 0);
    if (random.nextBoolean()) {
      model.saysHighest();
    }
    scheduler = new Scheduler(model, limits, clock, observer());
  }

  void run() {
    for (int i = 0; i < EVENTS; i++) {
      event();
      check();
    }
    drain();
    require(scheduler.live() == 0, "all sequences end");
    require(scheduler.slotsUsed() == 0, "all slots come free");
    require(scheduler.waiting() == 0, "nobody is left waiting");
    require(clients.stream().allMatch(client -> client.reader.ended()), "all readers hear the end");
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

  /** Tokens of prompts that were found in a slot. */
  int reusedTokens() {
    return reusedTokens;
  }

  private void event() {
    switch (random.nextInt(20)) {
      case 0, 1 -> arrive();
      case 2, 3, 4 -> anyClient().ifPresent(this::sendVisualTokens);
      case 5, 6, 7 -> clients.forEach(this::deliver);
      case 8 -> clock.advance(Duration.ofMillis(random.nextInt(120)));
      case 9 -> anyClient().filter(client -> random.nextInt(3) == 0).ifPresent(this::giveUp);
      case 10 -> failTheModelAtTimes();
      default -> step();
    }
  }

  private void arrive() {
    Client client = new Client(clients.size());
    clients.add(client);
    client.submit();
  }

  private void sendVisualTokens(Client client) {
    if (!client.missing.isEmpty()) {
      Collections.shuffle(client.missing, random);
      int span = client.missing.removeLast();
      int length = client.prompt.layout().spans().get(span).length();
      scheduler.apply(
          new Command.VisualTokens(
              client.id, span, VisualFeatures.rows(client.featureSeed(span), length)));
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

  /** The caller leaves, or its encoder fails. */
  private void giveUp(Client client) {
    boolean encoder = !client.missing.isEmpty() && random.nextBoolean();
    scheduler.apply(
        new Command.Cancel(
            client.id,
            encoder ? new Upstream("the encoder failed", null) : new Cancelled("the caller left")));
    require(client.reader.ended(), "a sequence that is given up ends at once");
  }

  private void failTheModelAtTimes() {
    if (random.nextInt(4) == 0 && scheduler.busy()) {
      model.failNext();
      scheduler.step();
    }
  }

  private void step() {
    List<Client> running = in(SequenceState.DECODING);
    int[] before = running.stream().mapToInt(client -> client.reader.tokens.size()).toArray();
    scheduler.step();
    for (int i = 0; i < before.length; i++) {
      Reader reader = running.get(i).reader;
      require(reader.ended() || reader.tokens.size() > before[i], "every running one gets a token");
    }
    boundPrefill();
    clock.advance(Duration.ofMillis(random.nextInt(5)));
  }

  /** Each that holds a slot, this one too, may go first for as long as its prompt takes. */
  private void boundPrefill() {
    int budget = Math.min(limits.prefillChunk(), limits.stepTokens() - model.slots());
    int least = Math.max(ChunkLength.LEAST_ROOM, budget / COST_OF_LAST);
    int chunk = least - 2; // That much shorter it may be to keep to the lengths that are exact.
    int bound = model.slots() * Math.ceilDiv(CAPACITY, chunk);
    clients.forEach(client -> client.prefillingSteps++);
    for (Client client : in(SequenceState.PREFILLING)) {
      require(client.prefillingSteps <= bound, "no prompt starves");
      client.prefilling = true;
    }
    for (Client client : clients) {
      client.prefillingSteps = client.prefilling ? client.prefillingSteps : 0;
      client.prefilling = false;
    }
  }

  private List<Client> in(SequenceState state) {
    return clients.stream()
        .filter(client -> scheduler.stateOf(client.id).equals(Optional.of(state)))
        .toList();
  }

  private Optional<Client> anyClient() {
    List<Client> live = clients.stream().filter(client -> !client.reader.ended()).toList();
    return live.isEmpty() ? Optional.empty() : Optional.of(live.get(random.nextInt(live.size())));
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
    int holding = 0;
    int going = 0;
    for (Client client : clients) {
      Optional<SequenceState> state = scheduler.stateOf(client.id);
      holding += state.map(SequenceState::holdsSlot).orElse(false) ? 1 : 0;
      going += client.reader.ended() ? 0 : 1;
      require(state.isEmpty() == client.reader.ended(), "a sequence is live or ended");
      check(client);
    }
    require(scheduler.slotsUsed() == holding, "every slot is free or held by one sequence");
    require(scheduler.slotsUsed() <= model.slots(), "there are no more slots than there are");
    require(scheduler.waiting() <= limits.queueLimit() + model.slots(), "the queue is bounded");
    require(scheduler.live() == going, "no sequence is lost");
  }

  private void check(Client client) {
    Reader reader = client.reader;
    int tokens = reader.tokens.size();
    require(
        reader.ended() || tokens - client.delivered <= limits.undeliveredLimit(),
        "what a reader has not taken is bounded");
    if (client.checkedTokens == tokens && client.checkedEnd == reader.ended()) {
      return;
    }
    client.checkedTokens = tokens;
    client.checkedEnd = reader.ended();
    ReferenceAnswer expected = client.expected;
    if (reader.finished()) {
      require(reader.tokens.equals(expected.tokens()), "all tokens are those of the model alone");
      require(reader.text.toString().equals(expected.text()), "so is the text");
      require(reader.finishReason() == expected.reason(), "so is the reason to end");
    } else {
      require(tokens <= expected.tokens().size(), "no token is doubled");
      require(expected.tokens().subList(0, tokens).equals(reader.tokens), "no token is lost");
      require(expected.text().startsWith(reader.text.toString()), "no text is lost");
    }
  }

  private static void require(boolean kept, String promise) {
    if (!kept) {
      throw new AssertionError("broken: " + promise);
    }
  }

  private SchedulerObserver observer() {
    return new SchedulerObserver() {
      @Override
      public void occupied(int slotsUsed, int waiting) {
        require(slotsUsed == scheduler.slotsUsed(), "the observer sees the slots");
      }

      @Override
      public void stepped(Step step) {
        require(
            step.decodeRows() == 0
                || step.decodeRows() + step.prefillTokens() <= limits.stepTokens(),
            "an iteration keeps to its budget beside running answers");
        require(step.prefillTokens() <= limits.prefillChunk(), "prefill keeps to its budget");
      }

      @Override
      public void moved(SequenceState.Transition transition) {
        visited.add(transition);
      }

      @Override
      public void promptRead(int tokens, int reused) {
        require(reused <= Math.max(0, tokens - 2), "the last tokens are read");
        require(reused == 0 || limits.prefixCache(), "nothing is reused when that is switched off");
        reusedTokens += reused;
      }

      @Override
      public void firstToken(long nanosSinceSubmission) {
        require(nanosSinceSubmission >= 0, "time passes");
      }
    };
  }

  /** Someone who asks. */
  private final class Client {
    final int id;
    final int tenant = random.nextInt(2);
    final Reader reader = new Reader();
    final List<Integer> missing = new ArrayList<>();

    /** For each span, what it shows. */
    final int[] pictures;

    final Prompt prompt;
    final Sampling sampling = randomSampling();
    final int maxTokens;
    final ReferenceAnswer expected;

    /** Whether it never reads. */
    final boolean stalled = random.nextInt(12) == 0;

    boolean prefilling;
    int prefillingSteps;
    int delivered;
    int checkedTokens;
    boolean checkedEnd;

    Client(int id) {
      this.id = id;
      PromptLayout layout = randomLayout();
      this.pictures = random.ints(layout.spans().size(), 0, PICTURES).toArray();
      // Now and then nobody knows the digests.
      this.prompt =
          new Prompt(
              "tenant " + tenant,
              layout,
              random.nextInt(8) == 0
                  ? List.of()
                  : Arrays.stream(pictures).mapToObj(Prompts::digest).toList());
      missing.addAll(IntStream.range(0, pictures.length).boxed().toList());
      this.maxTokens = 1 + random.nextInt(CAPACITY - prompt.length());
      this.expected = ReferenceAnswer.of(layout, this::featureSeed, sampling, maxTokens, model);
    }

    void submit() {
      OptionalLong deadline =
          random.nextInt(4) == 0
              ? OptionalLong.of(
                  clock.getAsLong() + Duration.ofMillis(random.nextInt(300)).toNanos())
              : OptionalLong.empty();
      scheduler.apply(
          new Command.Submit(
              id, Prompts.request(prompt, 0, sampling, maxTokens, deadline, clock, this::take)));
    }

    int featureSeed(int span) {
      return 10 * pictures[span] + tenant;
    }

    private void take(Event event) {
      if (event instanceof Event.Admitted) {
        require(id > lastAdmitted, "slots go by arrival");
        lastAdmitted = id;
      }
      reader.accept(event);
    }

    /** Something new, or an earlier one, perhaps with its answer, cut and continued. */
    private PromptLayout randomLayout() {
      if (clients.isEmpty() || random.nextInt(3) == 0) {
        return randomLayout(new int[0], List.of());
      }
      Client earlier = clients.get(random.nextInt(clients.size()));
      PromptLayout layout = earlier.prompt.layout();
      IntStream dialogue =
          random.nextBoolean()
              ? IntStream.concat(
                  Arrays.stream(layout.tokenIds()),
                  earlier.expected.tokens().stream().mapToInt(Integer::intValue))
              : Arrays.stream(layout.tokenIds());
      int[] begin = dialogue.limit(1 + random.nextInt(CAPACITY - 8)).toArray();
      List<VisualSpan> spans =
          layout.spans().stream()
              .filter(span -> span.position() + span.length() <= begin.length)
              .toList();
      return randomLayout(begin, spans);
    }

    private PromptLayout randomLayout(int[] begin, List<VisualSpan> beginSpans) {
      int most = (CAPACITY - begin.length) / 2;
      int length = begin.length + (begin.length == 0 ? 1 : 0) + random.nextInt(most);
      List<VisualSpan> spans = new ArrayList<>(beginSpans);
      int position = begin.length + random.nextInt(4);
      while (random.nextInt(3) > 0 && position < length) {
        int tokens = 1 + random.nextInt(length - position);
        spans.add(new VisualSpan(position, tokens));
        position += tokens + random.nextInt(3);
      }
      PromptLayout layout = Prompts.pictures(length, spans.toArray(VisualSpan[]::new));
      System.arraycopy(begin, 0, layout.tokenIds(), 0, begin.length);
      return layout;
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
