package dev.argus.bench.telemetry;

import dev.argus.bench.serve.endpoint.GrpcEndpoint;
import dev.argus.bench.serve.endpoint.Question;
import dev.argus.bench.serve.load.Load;
import dev.argus.bench.serve.load.Pace;
import dev.argus.bench.serve.load.Run;
import dev.argus.bench.telemetry.TelemetryReport.Turn;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.cli.allinone.AllInOne;
import dev.argus.cli.allinone.AllInOneSettings;
import dev.argus.service.telemetry.Telemetry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * All stages in this process, with or without telemetry. Caches are off, so that each question
 * costs the same.
 */
record Side(Telemetry telemetry, AllInOne stages, Load load) implements AutoCloseable {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  /**
   * Starts the stages.
   *
   * @param telemetry closed with this
   */
  static Side start(Path checkpoint, Telemetry telemetry) {
    String name = checkpoint.getFileName().toString();
    AllInOneSettings settings =
        AllInOneSettings.defaults(Map.of(name, checkpoint))
            .withEncoder(encoder -> encoder.withFeatureCacheBytes(0))
            .withDecoder(decoder -> decoder.withLimits(decoder.limits().withPrefixCache(false)));
    AllInOne stages = AllInOne.start(settings, telemetry, BuildProgress.SILENT);
    return new Side(
        telemetry, stages, new Load(new GrpcEndpoint(stages.gateway(), name, TIMEOUT, () -> {})));
  }

  /**
   * Asks all questions.
   *
   * @throws IOException if one is not answered
   */
  Turn ask(List<Question> questions, int clients) throws IOException, InterruptedException {
    Duration before = processorTime();
    Run run = load.run(new Pace.Closed(clients), questions, 0, () -> {});
    run.requireAnswers();
    double processorMillis = processorTime().minus(before).toNanos() / NANOS_PER_MILLI;
    int answered = run.answered().size();
    return new Turn(answered / run.seconds(), processorMillis / answered);
  }

  private static Duration processorTime() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  @Override
  public void close() {
    stages.close();
    telemetry.close();
  }
}
