package dev.argus.decoder.core;

/** Why an answer is complete. */
public enum FinishReason {
  /** The model ended it, or a stop string appeared. */
  STOP,
  /** It has as many tokens as were asked for, or as fit. */
  LENGTH
}
