package dev.argus.decoder.core;

import java.time.Duration;

/**
 * How much the scheduler does at once and how long it lets anything wait.
 *
 * @param prefillChunk most prompt tokens of one sequence in one iteration; at least 1
 * @param stepTokens most tokens of one iteration, those of the decode step and those of the prefill
 *     chunk together; more than there are slots, so that prefill always goes on
 * @param queueLimit most sequences that wait for a slot; more are refused
 * @param undeliveredLimit tokens generated but not taken by their reader at which a sequence
 *     pauses; at least 1
 * @param queueWait longest wait for a slot
 * @param visualWait longest wait for the next visual tokens
 * @param readerStall longest pause
 */
public record SchedulerLimits(
    int prefillChunk,
    int stepTokens,
    int queueLimit,
    int undeliveredLimit,
    Duration queueWait,
    Duration visualWait,
    Duration readerStall) {

  /** 256 tokens a chunk, 512 an iteration, 32 waiting, 64 undelivered, half a minute each wait. */
  public static final SchedulerLimits DEFAULT =
      new SchedulerLimits(
          256, 512, 32, 64, Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(30));
}
