package dev.argus.service.telemetry;

import java.util.List;

/** The bounds of histograms' buckets. */
public final class Buckets {
  /**
   * Seconds, from 0.1 ms to 160 s: fine enough for tokens a millisecond apart, and with all of the
   * bounds that the GenAI conventions advise from 10 ms on.
   */
  public static final List<Double> SECONDS =
      List.of(
          0.0001, 0.0002, 0.0005, 0.00075, 0.001, 0.0015, 0.002, 0.003, 0.004, 0.005, 0.0075, 0.01,
          0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.06, 0.075, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4,
          0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 20.0, 40.0, 80.0, 160.0);

  /** Tokens, as the GenAI conventions advise, up to what a context may hold. */
  public static final List<Long> TOKENS =
      List.of(1L, 4L, 16L, 64L, 256L, 1024L, 4096L, 16384L, 65536L, 262144L, 1048576L);

  /** Tokens of one iteration, as vLLM has them. */
  public static final List<Long> STEP_TOKENS =
      List.of(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 512L, 1024L, 2048L, 4096L);

  /** Rows of a batch. */
  public static final List<Long> ROWS = List.of(0L, 1L, 2L, 4L, 8L, 16L, 32L, 64L);

  private Buckets() {}
}
