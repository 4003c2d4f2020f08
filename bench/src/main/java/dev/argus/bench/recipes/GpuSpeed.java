package dev.argus.bench.recipes;

import dev.argus.bench.breakdown.Segment;
import dev.argus.checkpoint.Checkpoint;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a time to first token would be if encoder and decoder were as fast as on a GPU, and
 * preprocessing as on this machine.
 *
 * <p>Arithmetic, not a measurement. The models' share is all that the paper's server has left on an
 * H100 with its recipes on: it includes what preprocessing remains there, so it is an upper bound.
 *
 * @param millis the models' share
 * @param source where it is from
 */
record GpuSpeed(double millis, String source) {
  /** arXiv 2603.16987, time to first token with all recipes. */
  private static final double SMOLVLM_256M = 22.8;

  private static final double INTERNVL3_2B = 57.7;

  /** The paper's figure for the nearest of its models. */
  static GpuSpeed of(Checkpoint checkpoint) {
    return checkpoint.architecture().modelTypes().getFirst().startsWith("internvl")
        ? new GpuSpeed(INTERNVL3_2B, "InternVL3-2B on an H100, arXiv 2603.16987")
        : new GpuSpeed(SMOLVLM_256M, "SmolVLM-256M on an H100, arXiv 2603.16987");
  }

  /**
   * The parts of a time to first token.
   *
   * @param sample a question of which no two stages worked at the same time, or one that caches
   *     knew
   * @param work share of the models' work that was done for it, 0 to 1
   */
  Map<Segment, Double> parts(Sample sample, double work) {
    Map<Segment, Double> parts = new EnumMap<>(sample.preprocessing().millis());
    parts.merge(Segment.TENSOR, sample.breakdown().of(Segment.TENSOR), Double::sum);
    parts.merge(Segment.OTHER, sample.breakdown().of(Segment.OTHER), Double::sum);
    parts.put(Segment.GPU, millis * work);
    return parts;
  }
}
