package dev.argus.bench.simulate.traffic;

/** How the rate of requests goes over the time that is simulated. */
public enum Shape {
  /** The same throughout. */
  STEADY("steady"),

  /** One day and night: a sine from a quarter of the peak to the peak and back. */
  DIURNAL("diurnal"),

  /** A day and night with crowds: three times as many for five minutes, every two hours or so. */
  BURSTS("bursts");

  private final String label;

  Shape(String label) {
    this.label = label;
  }

  /** As the command line calls it. */
  public String label() {
    return label;
  }

  @Override
  public String toString() {
    return label;
  }
}
