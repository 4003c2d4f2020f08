package dev.argus.gateway.core;

/** Why generation stopped. */
public enum FinishReason {
  /** The model ended its answer, or a stop string appeared. */
  STOP,
  /** The most tokens asked for were generated, or the context is full. */
  LENGTH
}
