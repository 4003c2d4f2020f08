package dev.argus.bench.simulate.model;

/** Which stages share a pod. */
public enum Layout {
  /** None: a deployment for each stage. */
  STAGES("by stage"),

  /** All of them: a pod does all for its requests, and takes those that come when it has least. */
  MONOLITH("monolith");

  private final String label;

  Layout(String label) {
    this.label = label;
  }

  /** For people. */
  public String label() {
    return label;
  }
}
