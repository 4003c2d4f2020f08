package dev.argus.decoder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.GraphPart;
import dev.argus.checkpoint.graph.Graphs;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.decoder.core.DecoderLoop;
import dev.argus.decoder.core.SchedulerLimits;
import dev.argus.decoder.core.SchedulerObserver;
import dev.argus.decoder.core.SequenceState;
import dev.argus.decoder.engine.Crowd.Answer;
import dev.argus.runtime.Device;
import dev.argus.testdata.Golden;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An answer does not depend on who else is served, on how a prompt is cut into chunks, or on what
 * is in the cache: 64 random requests, each alone in a decoder without a prefix cache and its
 * prompt in one piece, then in crowds, through the same loop and model as in the service.
 *
 * <p>The seed is another one each time and printed; {@code -Dargus.test.seed} repeats one.
 */
final class InvarianceTest {
  private static final int REQUESTS = 64;
  private static final int SLOTS = 7;
  private static final int CAPACITY = 512;
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @ParameterizedTest
  @EnumSource(names = {"FP32", "INT8", "W8A8", "FP16"})
  void answersAreTheSameAloneAndInACrowd(Precision precision, @TempDir Path cache)
      throws InterruptedException {
    long seed = Long.getLong("argus.test.seed", System.nanoTime());
    System.out.printf("InvarianceTest at %s: -Dargus.test.seed=%d%n", precision.label(), seed);
    Random random = new Random(seed);
    Checkpoint checkpoint = Checkpoint.open(Golden.path("tiny-idefics3"));
    Path graph =
        Graphs.prepare(checkpoint, GraphPart.DECODER, precision, cache, BuildProgress.SILENT);
    List<RandomRequest> requests = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      requests.add(RandomRequest.like(requests, checkpoint.config().imageTokenId(), random));
    }
    try (Device device = Device.cpu(2)) {
      Decoder decoder = new Decoder(checkpoint, graph, device, requests, random);
      List<Answer> alone = decoder.answers(1, 1, limits(CAPACITY, false));
      assertThat(alone.stream().map(Answer::tokens).distinct()).hasSizeGreaterThan(REQUESTS / 2);
      for (int round = 0; round < 6; round++) {
        int chunk = 3 + random.nextInt(round < 3 ? 30 : 200);
        boolean cached = round % 2 == 0;
        List<Answer> crowded = decoder.answers(SLOTS, 12, limits(chunk, cached));
        assertThat(crowded).as("chunks of %d, cache %s", chunk, cached).isEqualTo(alone);
      }
      assertThat(decoder.reused.get()).isGreaterThan(1000);
    }
  }

  private static SchedulerLimits limits(int chunk, boolean prefixCache) {
    return new SchedulerLimits(chunk, chunk + SLOTS, REQUESTS, 6, LIMIT, LIMIT, LIMIT, prefixCache);
  }

  private record Decoder(
      Checkpoint checkpoint,
      Path graph,
      Device device,
      List<RandomRequest> requests,
      Random random,
      AtomicInteger reused) {

    Decoder(
        Checkpoint checkpoint,
        Path graph,
        Device device,
        List<RandomRequest> requests,
        Random random) {
      this(checkpoint, graph, device, requests, random, new AtomicInteger());
    }

    /**
     * @param most requests at once
     */
    List<Answer> answers(int slots, int most, SchedulerLimits limits) throws InterruptedException {
      var config = checkpoint.config().text();
      var model = OnnxLanguageModel.open(config, graph, device, slots, CAPACITY);
      try (var loop = DecoderLoop.start("test", model, limits, observer())) {
        return new Crowd(loop, config.hiddenSize(), requests, random).answers(most);
      }
    }

    private SchedulerObserver observer() {
      return new SchedulerObserver() {
        @Override
        public void occupied(int slotsUsed, int waiting) {}

        @Override
        public void stepped(Step step) {}

        @Override
        public void moved(SequenceState.Transition transition) {}

        @Override
        public void promptRead(int tokens, int reusedTokens) {
          reused.addAndGet(reusedTokens);
        }

        @Override
        public void firstToken(long nanosSinceSubmission) {}
      };
    }
  }
}
