package dev.argus.gateway.core;

/** A stage behind the gateway. */
public enum StageName {
  PREPROCESS("preprocess service"),
  ENCODER("vision encoder service"),
  DECODER("decoder service");

  private final String title;

  StageName(String title) {
    this.title = title;
  }

  /** What people know it by. */
  public String title() {
    return title;
  }
}
