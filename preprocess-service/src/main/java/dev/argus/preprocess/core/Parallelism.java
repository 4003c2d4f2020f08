package dev.argus.preprocess.core;

import java.time.Duration;

/**
 * How much is done at once. See {@link Preprocessor}.
 *
 * @param threads platform threads that decode, resize and tokenize
 * @param requests requests in progress, waiting ones included; one more is refused
 * @param picturesAhead pictures of one request that are decoded while an earlier one is cut; 0 or
 *     more
 * @param pixelBytes memory for pictures, all requests together
 * @param longestWait for that memory; longer, and the request is refused
 * @param retryAfter what a refused caller is told to wait
 */
public record Parallelism(
    int threads,
    int requests,
    int picturesAhead,
    long pixelBytes,
    Duration longestWait,
    Duration retryAfter) {

  private static final int REQUESTS_PER_THREAD = 16;

  public Parallelism {
    if (threads < 1 || requests < 1 || picturesAhead < 0 || pixelBytes < 1024) {
      throw new IllegalArgumentException(
          "threads and requests must be at least 1, picturesAhead 0 and pixelBytes 1024");
    }
    if (!longestWait.isPositive() || !retryAfter.isPositive()) {
      throw new IllegalArgumentException("longestWait and retryAfter must be positive");
    }
  }

  /**
   * A thread and 16 requests for each processor, one picture ahead, half of the heap, 30 seconds,
   * and 1 second.
   */
  public static Parallelism defaults() {
    int processors = Runtime.getRuntime().availableProcessors();
    return new Parallelism(
        processors,
        REQUESTS_PER_THREAD * processors,
        1,
        Runtime.getRuntime().maxMemory() / 2,
        Duration.ofSeconds(30),
        Duration.ofSeconds(1));
  }
}
