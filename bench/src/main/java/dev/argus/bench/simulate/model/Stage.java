package dev.argus.bench.simulate.model;

import java.util.Locale;

/** A stage that is scaled. The gateway is not: what it takes was not measured. */
public enum Stage {
  PREPROCESS,
  ENCODER,
  DECODER;

  /** As the chart calls it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
