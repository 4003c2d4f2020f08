package dev.argus.bench.fleet;

import dev.argus.bench.overlap.RemoteTower;
import dev.argus.checkpoint.Checkpoints;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.encoder.EncoderSettings;
import dev.argus.encoder.EncoderStage;
import dev.argus.service.server.LoopbackServer;
import dev.argus.service.telemetry.Telemetry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The vision encoder service as a process of its own, whose device is simulated: a tile takes a
 * fixed time and none of the processor's. Queue, cache, streams and server are those that serve.
 */
final class SimulatedEncoder {
  private SimulatedEncoder() {}

  /**
   * Serves until its standard input ends, so that it never outlives who started it.
   *
   * @param args the checkpoint's directory, milliseconds a tile, and the feature cache's bytes
   */
  public static void main(String[] args) throws IOException {
    Path checkpoint = Path.of(args[0]);
    Duration tileTime = Duration.ofMillis(Long.parseLong(args[1]));
    EncoderSettings settings =
        EncoderSettings.defaults(Map.of(checkpoint.getFileName().toString(), checkpoint))
            .withThreads(1)
            .withFeatureCacheBytes(Long.parseLong(args[2]));
    try (EncoderStage stage =
            EncoderStage.open(
                settings,
                Telemetry.off(),
                BuildProgress.SILENT,
                new Checkpoints(),
                tower -> new RemoteTower(tower, tileTime));
        LoopbackServer server = LoopbackServer.start(stage, Telemetry.off())) {
      System.out.println("argus encoder, simulated, is ready on " + server.address());
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
