package dev.argus.hub;

import java.time.Duration;

/**
 * How much an import takes, and how long it waits.
 *
 * @param files most files of a checkpoint
 * @param bytes most bytes of a checkpoint
 * @param parallel files that are received at once; at least 1
 * @param connect longest wait for a connection
 * @param answer longest wait for an answer to begin
 * @param stall longest wait for the next bytes of a file
 * @param tries how often a request is made that brings nothing; at least 1
 * @param firstPause the pause after the first failure; each next one is twice as long
 * @param longestPause a server that asks for a longer one is not waited for
 */
public record HubLimits(
    int files,
    long bytes,
    int parallel,
    Duration connect,
    Duration answer,
    Duration stall,
    int tries,
    Duration firstPause,
    Duration longestPause) {

  public HubLimits {
    if (files < 1 || bytes < 1 || parallel < 1 || tries < 1) {
      throw new IllegalArgumentException("files, bytes, parallel and tries must be 1 or more");
    }
  }

  /** Far more than any compact model needs, and the patience of huggingface_hub. */
  public static HubLimits defaults() {
    return new HubLimits(
        200,
        200L << 30,
        4,
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(30),
        6,
        Duration.ofSeconds(1),
        Duration.ofMinutes(5));
  }
}
