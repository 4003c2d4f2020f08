package dev.argus.bench.fleet;

import dev.argus.bench.measure.StageProcess;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The stages that all fleets share, a process each, as they are shipped. The decoder keeps no
 * prompts, so that each picture asks an encoder.
 */
record OtherStages(StageProcess preprocess, StageProcess decoder) implements AutoCloseable {
  private static final int DECODER_SLOTS = 32;

  /** Starts them; returns when they are ready. */
  static OtherStages start(Path checkpoint) throws IOException {
    String model = "--model=%s=%s".formatted(checkpoint.getFileName(), checkpoint);
    StageProcess preprocess = StageProcess.serve("preprocess", model);
    try {
      return new OtherStages(
          preprocess,
          StageProcess.serve(
              "decoder",
              model,
              "--set=argus.decoder.prefix-cache=false",
              "--set=argus.decoder.slots=" + DECODER_SLOTS));
    } catch (IOException | RuntimeException e) {
      preprocess.close();
      throw e;
    }
  }

  @Override
  public void close() {
    preprocess.close();
    decoder.close();
  }
}
