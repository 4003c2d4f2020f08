package dev.argus.bench.growth;

import dev.argus.bench.measure.Patience;
import dev.argus.bench.measure.Task;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.cli.allinone.AllInOne;
import dev.argus.cli.allinone.AllInOneSettings;
import dev.argus.cli.client.Answerer;
import dev.argus.decoder.DecoderSettings;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.v1.Completion;
import dev.argus.v1.GenerateRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Asks all stages in this process every question in turns, so that what slows the machine for a
 * while slows all points. Caches are off, so that each turn costs the same. One thread.
 *
 * @param threads of one run of a model
 * @param promptTokens of the texts without a picture
 * @param warmUps turns that do not count
 * @param runs turns that do
 */
record GrowthBench(
    Checkpoint checkpoint,
    Precision precision,
    int threads,
    List<Integer> promptTokens,
    int warmUps,
    int runs) {

  /** A question, and the answers to it that count. */
  private record Asked(Axis axis, GenerateRequest question, List<Completion> answers) {}

  /** How the time to first token grows along each axis. */
  List<Growth> run() {
    List<Asked> all = new ArrayList<>();
    new Questions(checkpoint)
        .all(promptTokens)
        .forEach((axis, questions) ->
            questions.forEach(question -> all.add(new Asked(axis, question, new ArrayList<>()))));
    try (AllInOne stages = start();
        Task task = Task.begin("Asking", (long) all.size() * (warmUps + runs))) {
      Answerer answerer = new Answerer(stages.gateway());
      for (int turn = 0; turn < warmUps + runs; turn++) {
        for (Asked each : all) {
          Completion answer = answerer.answer(each.question(), _ -> {});
          if (turn >= warmUps) {
            each.answers().add(answer);
          }
          task.step();
        }
      }
    }
    return all.stream().map(Asked::axis).distinct().map(axis -> growth(axis, all)).toList();
  }

  private static Growth growth(Axis axis, List<Asked> all) {
    return Growth.of(
        axis,
        all.stream()
            .filter(each -> each.axis() == axis)
            .map(each -> Point.of(axis, each.answers()))
            .toList());
  }

  private AllInOne start() {
    Path directory = checkpoint.directory();
    AllInOneSettings settings =
        AllInOneSettings.defaults(Map.of(directory.getFileName().toString(), directory))
            .withPrecision(precision)
            .withEncoder(
                encoder -> Patience.of(encoder).withThreads(threads).withFeatureCacheBytes(0))
            .withDecoder(this::oneAtATime)
            .withGateway(Patience::of);
    try (Task task = Task.begin("Starting", Task.UNKNOWN)) {
      BuildProgress building =
          (part, written, total) ->
              task.measured("building the %s graph".formatted(part.label()), written, total);
      return AllInOne.start(settings, Telemetry.off(), building);
    }
  }

  private DecoderSettings oneAtATime(DecoderSettings defaults) {
    DecoderSettings patient = Patience.of(defaults).withThreads(threads).withSlots(1);
    return patient.withLimits(patient.limits().withPrefixCache(false));
  }
}
