package dev.argus.bench.overlap;

import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.cli.allinone.AllInOne;
import dev.argus.cli.allinone.AllInOneSettings;
import dev.argus.cli.client.Answerer;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.v1.Completion;
import dev.argus.v1.GenerateRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * All stages, set up in one way; caches off, so that each question costs the same.
 *
 * @param name for people
 */
record Setup(String name, AllInOne stages, Answerer answerer) implements AutoCloseable {

  /**
   * Starts them.
   *
   * @param remoteTile how long a tile takes on a vision tower elsewhere; empty: the tower is here
   */
  static Setup start(
      Path checkpoint, Precision precision, Optional<Duration> remoteTile, boolean overlap) {
    AllInOneSettings settings =
        AllInOneSettings.defaults(Map.of(checkpoint.getFileName().toString(), checkpoint))
            .withPrecision(precision)
            .withEncoder(encoder -> encoder.withFeatureCacheBytes(0))
            .withDecoder(
                decoder -> decoder.withSlots(1).withLimits(decoder.limits().withPrefixCache(false)))
            .withGateway(gateway -> gateway.withOverlap(overlap));
    if (remoteTile.isPresent()) {
      Duration time = remoteTile.get();
      settings = settings.withTower(tower -> new RemoteTower(tower, time));
    }
    String place =
        remoteTile
            .map(time -> "encoder elsewhere, %d ms a tile".formatted(time.toMillis()))
            .orElse("encoder here");
    AllInOne stages = AllInOne.start(settings, Telemetry.off(), BuildProgress.SILENT);
    return new Setup(
        "%s, overlap %s".formatted(place, overlap ? "on" : "off"),
        stages,
        new Answerer(stages.gateway()));
  }

  Completion ask(GenerateRequest request) {
    return answerer.answer(request, _ -> {});
  }

  @Override
  public void close() {
    stages.close();
  }
}
