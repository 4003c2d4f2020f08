package dev.argus.bench.split;

import dev.argus.base.resource.OpenResources;
import dev.argus.bench.measure.StageProcess;
import dev.argus.checkpoint.graph.Precision;
import java.io.IOException;
import java.nio.file.Path;

/** The three stages behind a gateway, a process each. */
final class Stages implements AutoCloseable {
  private final OpenResources resources = new OpenResources();
  private final String preprocess;
  private final String encoder;
  private final String decoder;

  private Stages(Path checkpoint, Precision precision) throws IOException {
    String model = "--model=" + checkpoint;
    String numbers = "--precision=" + precision.label();
    try {
      this.preprocess = resources.add(StageProcess.serve("preprocess", model)).address();
      this.encoder = resources.add(StageProcess.serve("encoder", model, numbers)).address();
      this.decoder = resources.add(StageProcess.serve("decoder", model, numbers)).address();
    } catch (IOException | RuntimeException e) {
      resources.close();
      throw e;
    }
  }

  /** Starts them; returns when they are ready. */
  static Stages start(Path checkpoint, Precision precision) throws IOException {
    return new Stages(checkpoint, precision);
  }

  /** Where each is reached, {@code host:port}. */
  String preprocess() {
    return preprocess;
  }

  String encoder() {
    return encoder;
  }

  String decoder() {
    return decoder;
  }

  @Override
  public void close() {
    resources.close();
  }
}
