package dev.argus.bench.simulate.profile;

/**
 * What the decoder takes.
 *
 * @param stepMs of one decode step, by the sequences in it, each with a context of {@code context}
 * @param context tokens of each sequence for which {@code stepMs} holds
 * @param contextTokenMs that a step takes longer for each token of context more, of all sequences
 *     together
 * @param prefillTokenMs for each token of a prompt
 * @param prefillRunMs for each run that reads some of one, beside its tokens
 * @param prefillChunk most prompt tokens of an iteration
 * @param stepTokens most tokens of an iteration in which sequences generate, theirs and prompts'
 * @param slots sequences at once
 * @param queueLimit most requests that wait for a slot; more are refused
 * @param queueWaitSeconds after which a request that waits for a slot is refused
 */
public record Decoding(
    Curve stepMs,
    int context,
    double contextTokenMs,
    double prefillTokenMs,
    double prefillRunMs,
    int prefillChunk,
    int stepTokens,
    int slots,
    int queueLimit,
    double queueWaitSeconds) {
  public Decoding {
    Profile.require(context >= 0, "decoding.context must be 0 or more");
    Profile.require(contextTokenMs >= 0, "decoding.contextTokenMs must be 0 or more");
    Profile.require(prefillTokenMs >= 0, "decoding.prefillTokenMs must be 0 or more");
    Profile.require(prefillRunMs >= 0, "decoding.prefillRunMs must be 0 or more");
    Profile.require(prefillChunk >= 1, "decoding.prefillChunk must be 1 or more");
    Profile.require(slots >= 1, "decoding.slots must be 1 or more");
    Profile.require(stepTokens > slots, "decoding.stepTokens must be more than decoding.slots");
    Profile.require(queueLimit >= 0, "decoding.queueLimit must be 0 or more");
    Profile.require(queueWaitSeconds > 0, "decoding.queueWaitSeconds must be above 0");
  }

  /**
   * Milliseconds of a decode step.
   *
   * @param sequences in it; at least 1
   * @param contexts tokens of all of them together
   */
  public double stepMs(int sequences, long contexts) {
    double more = contextTokenMs * (contexts - (double) context * sequences);
    return Math.max(0, stepMs.at(sequences) + more);
  }

  /**
   * Most prompt tokens of an iteration.
   *
   * @param sequences that generate in it
   */
  public int chunkBeside(int sequences) {
    return sequences == 0 ? prefillChunk : Math.min(prefillChunk, stepTokens - sequences);
  }

  /** Milliseconds of reading a part of a prompt. */
  public double prefillMs(int tokens) {
    return prefillTokenMs * tokens + prefillRunMs;
  }

  /** The same, prefill and steps each times a factor. */
  public Decoding times(double prefill, double step) {
    return new Decoding(
        stepMs.times(step),
        context,
        contextTokenMs * step,
        prefillTokenMs * prefill,
        prefillRunMs * prefill,
        prefillChunk,
        stepTokens,
        slots,
        queueLimit,
        queueWaitSeconds);
  }
}
