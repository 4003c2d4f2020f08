package dev.argus.checkpoint.graph;

import dev.argus.checkpoint.config.TextConfig;

/**
 * The cosines and sines of the rotary position embedding.
 *
 * <p>Reference: transformers' {@code LlamaRotaryEmbedding}. It computes frequencies and angles in
 * float32, whose rounding matters at high positions (an angle of 8000 is off by 2e-4), so that this
 * does the same.
 */
public final class RotaryEmbedding {
  private final int positions;
  private final float[] frequencies;

  public RotaryEmbedding(TextConfig config) {
    this.positions = config.contextLength();
    this.frequencies = new float[config.headDim() / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float exponent = 2f * i / config.headDim();
      frequencies[i] = 1 / (float) Math.pow(config.ropeTheta(), exponent);
    }
  }

  /** Radians from one position to the next, {@code [headDim / 2, 1]}. */
  public FloatValues frequencies() {
    return FloatValues.rows(frequencies.length, 1, i -> new float[] {frequencies[i]});
  }

  /** Cosines, {@code [positions, headDim / 2]}. */
  FloatValues cosines() {
    return FloatValues.rows(positions, frequencies.length, position -> row(position, true));
  }

  /** Sines, {@code [positions, headDim / 2]}. */
  FloatValues sines() {
    return FloatValues.rows(positions, frequencies.length, position -> row(position, false));
  }

  private float[] row(int position, boolean cosine) {
    float[] row = new float[frequencies.length];
    for (int i = 0; i < row.length; i++) {
      float angle = position * frequencies[i];
      row[i] = (float) (cosine ? Math.cos(angle) : Math.sin(angle));
    }
    return row;
  }
}
