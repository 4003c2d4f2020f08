package dev.argus.checkpoint.architecture;

/**
 * How pixel unshuffle orders the channels of the patches that it folds into one visual token; dy
 * and dx are a patch's row and column in the folded square, c its channel.
 */
public enum ChannelOrder {
  /** (dy, dx, c): transformers' {@code Idefics3Connector.pixel_shuffle}. The graph's own order. */
  PATCH_MAJOR {
    @Override
    public float[] toPatchMajor(float[] row, int square, int channels) {
      return row;
    }
  },

  /** (c, dy, dx): {@code torch.nn.functional.pixel_unshuffle}. */
  CHANNEL_MAJOR {
    @Override
    public float[] toPatchMajor(float[] row, int square, int channels) {
      float[] ordered = new float[row.length];
      for (int patch = 0; patch < square; patch++) {
        for (int channel = 0; channel < channels; channel++) {
          ordered[patch * channels + channel] = row[channel * square + patch];
        }
      }
      return ordered;
    }
  };

  /**
   * Reorders one row of a weight that multiplies folded patches, so that it can multiply patches
   * folded in the order {@link #PATCH_MAJOR}: the reordering is done once, here, and never on the
   * device.
   *
   * @param row {@code [square * channels]} in this order
   * @param square patches in the folded square
   * @param channels channels of one patch
   */
  public abstract float[] toPatchMajor(float[] row, int square, int channels);
}
