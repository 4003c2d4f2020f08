package dev.argus.decoder.core;

import java.time.Duration;

/**
 * How much the scheduler does at once and how long it lets anything wait.
 *
 * @param prefillChunk most prompt tokens of one iteration; at least 3
 * @param stepTokens most tokens of an iteration in which sequences generate, those of the decode
 *     step and those of prompts together; fewer late in a prompt, where each takes longer. At least
 *     3 more than there are slots, so that prefill always goes on
 * @param queueLimit most sequences that wait for a slot; more are refused. Each may hold the visual
 *     tokens of its prompt meanwhile
 * @param undeliveredLimit tokens generated but not taken by their reader at which a sequence
 *     pauses; at least 1
 * @param queueWait longest wait for a slot
 * @param visualWait longest wait for the next visual tokens
 * @param readerStall longest pause
 * @param prefixCache whether a prompt takes over what slots contain of its beginning; changes no
 *     answer
 */
public record SchedulerLimits(
    int prefillChunk,
    int stepTokens,
    int queueLimit,
    int undeliveredLimit,
    Duration queueWait,
    Duration visualWait,
    Duration readerStall,
    boolean prefixCache) {

  /**
   * What is read beside sequences that generate, where nothing else is said. Fewer make gaps
   * between their tokens shorter, more make reading cheaper.
   */
  public static final int DEFAULT_TOKENS_BESIDE = 80;

  /** For 8 slots: 256 tokens a chunk, 32 waiting, 64 undelivered, half a minute each wait. */
  public static final SchedulerLimits DEFAULT =
      new SchedulerLimits(
          256,
          8 + DEFAULT_TOKENS_BESIDE,
          32,
          64,
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          true);

  /**
   * Checks each value for itself.
   *
   * @throws IllegalArgumentException naming the value that is out of range
   */
  public SchedulerLimits {
    requireAtLeast(ChunkLength.LEAST_ROOM, prefillChunk, "prefill-chunk");
    requireAtLeast(1, stepTokens, "step-tokens");
    requireAtLeast(0, queueLimit, "queue-limit");
    requireAtLeast(1, undeliveredLimit, "undelivered-limit");
    requirePositive(queueWait, "queue-wait");
    requirePositive(visualWait, "visual-wait");
    requirePositive(readerStall, "reader-stall");
  }

  /** The same with or without the prefix cache. */
  public SchedulerLimits withPrefixCache(boolean wanted) {
    return new SchedulerLimits(
        prefillChunk,
        stepTokens,
        queueLimit,
        undeliveredLimit,
        queueWait,
        visualWait,
        readerStall,
        wanted);
  }

  /** Most prompt tokens of an iteration in which so many sequences generate. */
  int promptTokensBeside(int decodeRows) {
    return decodeRows == 0 ? prefillChunk : Math.min(prefillChunk, stepTokens - decodeRows);
  }

  /** Whether prompts go on being read while every slot has a sequence that generates. */
  public boolean leaveRoomBeside(int slots) {
    return stepTokens - slots >= ChunkLength.LEAST_ROOM;
  }

  private static void requireAtLeast(int least, int value, String name) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s must be %d or more, not %d".formatted(name, least, value));
    }
  }

  private static void requirePositive(Duration value, String name) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException("%s must be positive, not %s".formatted(name, value));
    }
  }
}
