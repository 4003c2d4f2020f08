package dev.argus.bench.split;

import dev.argus.base.resource.OpenResources;
import dev.argus.bench.measure.ForeignLoad;
import dev.argus.bench.measure.Machine;
import dev.argus.bench.measure.Task;
import dev.argus.bench.serve.endpoint.PictureFile;
import dev.argus.bench.serve.endpoint.Question;
import dev.argus.bench.serve.load.Load;
import dev.argus.bench.serve.load.Outcome.Answered;
import dev.argus.bench.serve.load.Pace;
import dev.argus.bench.serve.load.Run;
import dev.argus.bench.split.ByteRelay.Bytes;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.config.ModelConfig;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.checkpoint.tiling.Detail;
import dev.argus.checkpoint.tiling.Size;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Asks two servers the same questions in turns. No picture is asked about twice of one server, so
 * that its caches know none. One thread.
 */
final class SplitBench {
  private static final double TARGET = 0.05;
  private static final double MILLIS_PER_SECOND = 1000;

  /** Answers to questions without a picture, before all others: so many to each client. */
  private static final int FIRST_ANSWERS = 4;

  /** Tokens of each of them. */
  private static final int FIRST_TOKENS = 400;

  /** Requests whose bytes are counted, after one that opens the connections. */
  private static final int COUNTED = 2;

  private final Checkpoint checkpoint;
  private final Plan plan;
  private int drawn;

  /**
   * What is done.
   *
   * @param precision of both servers
   * @param pictureSize of the drawn pictures
   * @param outputTokens of an answer; 2 or more
   * @param warmUps pairs of questions that do not count
   * @param runs pairs that do
   * @param clients questions at once, after these
   * @param rounds of such
   * @param requests of each round
   */
  record Plan(
      Precision precision,
      Size pictureSize,
      int outputTokens,
      int warmUps,
      int runs,
      int clients,
      int rounds,
      int requests) {}

  /** One thing done by both. */
  private record Pair<T>(T one, T four) {}

  SplitBench(Path checkpoint, Plan plan) {
    this.checkpoint = Checkpoint.open(checkpoint);
    this.plan = plan;
  }

  /**
   * Starts the servers, measures, and stops them.
   *
   * @throws IOException if one does not start, or a question is not answered
   */
  SplitReport run() throws IOException, InterruptedException {
    Path directory = checkpoint.directory();
    try (Server one = Server.inOneProcess(directory, plan.precision());
        Stages stages = Stages.start(directory, plan.precision())) {
      List<Pair<Run>> alone;
      List<Pair<Run>> together;
      OptionalDouble foreign;
      try (Server four =
          Server.before(model(), stages.preprocess(), stages.encoder(), stages.decoder())) {
        warmUpWithoutPictures(one, four);
        inTurns("Warming up", one, four, plan.warmUps(), 1, 1);
        ForeignLoad load = ForeignLoad.watchWithChildren();
        alone = inTurns("One at a time", one, four, plan.runs(), 1, 1);
        together =
            inTurns("Several at once", one, four, plan.rounds(), plan.requests(), plan.clients());
        foreign = load.share();
      }
      return report(alone, together, hops(stages), foreign);
    }
  }

  /**
   * Lets both generate many tokens. A server runs for days, and each of the four processes has the
   * same code to compile that the one has.
   */
  private void warmUpWithoutPictures(Server one, Server four)
      throws IOException, InterruptedException {
    Question question = new Question(List.of(), "Describe a picture.", FIRST_TOKENS, true);
    List<Question> questions = Collections.nCopies(plan.clients(), question);
    try (Task task = Task.begin("Warming up without pictures", FIRST_ANSWERS)) {
      for (int round = 0; round < FIRST_ANSWERS; round++) {
        one.ask(questions, plan.clients());
        four.ask(questions, plan.clients());
        task.step();
      }
    }
  }

  private String model() {
    return checkpoint.directory().getFileName().toString();
  }

  /** Asks A, B, B, A and so on: neither is always the one after the other. */
  private List<Pair<Run>> inTurns(
      String title, Server one, Server four, int turns, int requests, int clients)
      throws IOException, InterruptedException {
    List<List<Question>> questions =
        IntStream.range(0, turns).mapToObj(_ -> questions(requests)).toList();
    List<Pair<Run>> pairs = new ArrayList<>();
    try (Task task = Task.begin(title, turns)) {
      for (int turn = 0; turn < turns; turn++) {
        boolean oneFirst = turn % 2 == 0;
        Run first = (oneFirst ? one : four).ask(questions.get(turn), clients);
        Run second = (oneFirst ? four : one).ask(questions.get(turn), clients);
        pairs.add(oneFirst ? new Pair<>(first, second) : new Pair<>(second, first));
        task.step();
      }
    }
    return pairs;
  }

  /** The next questions, each about a picture of its own. */
  private List<Question> questions(int number) {
    int first = drawn;
    drawn += number;
    return IntStream.range(first, drawn)
        .parallel()
        .mapToObj(picture ->
            new Question(
                List.of(PictureFile.drawn(plan.pictureSize(), picture)),
                "Describe this image.",
                plan.outputTokens(),
                true))
        .toList();
  }

  /** Counts bytes, with a gateway of its own: relays would slow the one that is timed. */
  private List<Hop> hops(Stages stages) throws IOException, InterruptedException {
    try (OpenResources resources = new OpenResources()) {
      ByteRelay preprocess = resources.add(ByteRelay.to(stages.preprocess()));
      ByteRelay encoder = resources.add(ByteRelay.to(stages.encoder()));
      ByteRelay decoder = resources.add(ByteRelay.to(stages.decoder()));
      Server gateway =
          resources.add(
              Server.before(model(), preprocess.address(), encoder.address(), decoder.address()));
      ByteRelay front = resources.add(ByteRelay.to(gateway.address()));
      Load client = Server.load(front.address(), model(), resources);
      Map<String, ByteRelay> relays = new LinkedHashMap<>();
      relays.put("client - gateway", front);
      relays.put("gateway - preprocess", preprocess);
      relays.put("gateway - encoder", encoder);
      relays.put("gateway - decoder", decoder);
      ask(client, 1);
      Map<String, Bytes> before = new LinkedHashMap<>();
      relays.forEach((name, relay) -> before.put(name, relay.count()));
      ask(client, COUNTED);
      List<Hop> hops = new ArrayList<>();
      relays.forEach((name, relay) -> {
        Bytes moved = relay.count().since(before.getOrDefault(name, new Bytes(0, 0)));
        hops.add(new Hop(name, moved.there() / COUNTED, moved.back() / COUNTED));
      });
      return hops;
    }
  }

  private void ask(Load client, int number) throws IOException, InterruptedException {
    client.run(new Pace.Closed(1), questions(number), 0, () -> {}).requireAnswers();
  }

  private SplitReport report(
      List<Pair<Run>> alone, List<Pair<Run>> together, List<Hop> hops, OptionalDouble foreign) {
    ModelConfig config = checkpoint.config();
    int tiles = checkpoint.tiling().plan(plan.pictureSize(), Detail.AUTO).tiles();
    long side = config.vision().imageSize();
    long features = (long) config.vision().visualTokens() * config.text().hiddenSize();
    return new SplitReport(
        model(),
        Machine.description(),
        plan.precision().label(),
        tiles,
        answer(alone.getFirst().one()).promptTokens(),
        plan.outputTokens(),
        plan.clients(),
        plan.requests(),
        TARGET,
        List.of(
            compare("time to first token (ms)", alone, run -> answer(run).timing().ttftMillis()),
            compare("time per token (ms)", alone, SplitBench::tokenMillis),
            compare("tokens/s of decoding", alone, run -> MILLIS_PER_SECOND / tokenMillis(run)),
            compare("whole answer (ms)", alone, run -> answer(run).timing().endToEndMillis())),
        List.of(
            compare("requests/s", together, run -> run.answered().size() / run.seconds()),
            compare("tokens/s", together, run -> tokens(run) / run.seconds())),
        hops,
        3 * side * side * tiles,
        features * Float.BYTES * tiles,
        foreign.isPresent() ? (Double) foreign.getAsDouble() : null);
  }

  private static Comparison compare(
      String measure, List<Pair<Run>> pairs, ToDoubleFunction<Run> value) {
    return Comparison.of(
        measure,
        pairs.stream().map(pair -> value.applyAsDouble(pair.one())).toList(),
        pairs.stream().map(pair -> value.applyAsDouble(pair.four())).toList());
  }

  private static Answered answer(Run run) {
    return run.answered().getFirst();
  }

  private static double tokenMillis(Run run) {
    return answer(run).tpotMillis().orElseThrow();
  }

  private static double tokens(Run run) {
    return run.answered().stream().mapToInt(Answered::outputTokens).sum();
  }
}
