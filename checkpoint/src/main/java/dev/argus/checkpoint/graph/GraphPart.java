package dev.argus.checkpoint.graph;

/** A part of a model that one stage runs. */
public enum GraphPart {
  /** Vision tower and connector: tiles to visual tokens. */
  VISION("vision"),
  /** Language model: tokens and visual tokens to logits. */
  DECODER("decoder");

  private final String label;

  GraphPart(String label) {
    this.label = label;
  }

  /** Its name in file names and messages. */
  public String label() {
    return label;
  }
}
