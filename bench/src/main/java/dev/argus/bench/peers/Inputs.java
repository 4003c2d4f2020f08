package dev.argus.bench.peers;

import dev.argus.base.timeline.Timeline;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.config.VisionConfig;
import dev.argus.checkpoint.prompt.ChatMessage.Role;
import dev.argus.checkpoint.tiling.Detail;
import dev.argus.preprocess.core.Conversation;
import dev.argus.preprocess.core.Parallelism;
import dev.argus.preprocess.core.PreparedPrompt;
import dev.argus.preprocess.core.PreprocessLimits;
import dev.argus.preprocess.core.PreprocessSink;
import dev.argus.preprocess.core.Preprocessor;
import dev.argus.preprocess.core.ServedModel;
import dev.argus.preprocess.core.tile.Tile;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What the models are given of a question about a picture.
 *
 * @param ids of the prompt
 * @param pixels normalised, {@code [tiles, 3, side, side]}
 */
@SuppressWarnings("ArrayRecordComponent") // Megabytes; compared element by element.
record Inputs(int[] ids, float[] pixels) {
  private static final double SCALE = 1.0 / 255;

  /** Argus's own: the preprocessing service's tiles, normalised as the reference does. */
  static Inputs of(Checkpoint checkpoint, Path picture) throws IOException {
    var model = new ServedModel("bench", checkpoint.fingerprint(), checkpoint.prompts()::build);
    var question =
        new Conversation.Turn(
            Role.USER,
            List.of(
                new Conversation.Picture(Files.readAllBytes(picture), Detail.AUTO),
                new Conversation.Text(Peer.QUESTION)));
    Gathering sink = new Gathering(checkpoint.config().vision());
    try (Preprocessor preprocessor =
        new Preprocessor(PreprocessLimits.defaults(), Parallelism.defaults())) {
      preprocessor.preprocess(new Conversation(List.of(question)), model, Timeline.start(), sink);
    }
    return new Inputs(sink.ids, sink.pixels.array());
  }

  /** Takes prompt and tiles. */
  private static final class Gathering implements PreprocessSink {
    private final VisionConfig vision;
    private int[] ids = new int[0];
    private FloatBuffer pixels = FloatBuffer.allocate(0);

    Gathering(VisionConfig vision) {
      this.vision = vision;
    }

    @Override
    public void prompt(PreparedPrompt prompt) {
      int area = vision.imageSize() * vision.imageSize();
      ids = prompt.prompt().layout().tokenIds();
      pixels = FloatBuffer.allocate(3 * area * prompt.prompt().layout().spans().size());
    }

    @Override
    public void awaitHeldTiles() {}

    @Override
    public int heldTiles() {
      return 0;
    }

    @Override
    public void tile(int index, Tile tile) {
      int area = vision.imageSize() * vision.imageSize();
      byte[] rgb = tile.pixels();
      for (int channel = 0; channel < 3; channel++) {
        float mean = vision.mean().get(channel).floatValue();
        float deviation = vision.standardDeviation().get(channel).floatValue();
        for (int pixel = 0; pixel < area; pixel++) {
          int value = Byte.toUnsignedInt(rgb[3 * pixel + channel]);
          pixels.put(((float) (value * SCALE) - mean) / deviation);
        }
      }
    }
  }

  /**
   * How far others are from these.
   *
   * @param levels of 255 that make a normalised pixel differ by 1
   */
  Difference from(Inputs others, double levels) {
    if (pixels.length != others.pixels.length) {
      return new Difference(Arrays.equals(ids, others.ids), false, 0, 0, 0);
    }
    int same = 0;
    double sum = 0;
    double most = 0;
    for (int i = 0; i < pixels.length; i++) {
      double step = Math.abs(pixels[i] - others.pixels[i]) * levels;
      same += step < 0.5 ? 1 : 0;
      sum += step;
      most = Math.max(most, step);
    }
    return new Difference(
        Arrays.equals(ids, others.ids),
        true,
        (double) same / pixels.length,
        sum / pixels.length,
        most);
  }

  /**
   * Between two.
   *
   * @param sameIds whether prompts are the same
   * @param sameShape whether there are as many tiles
   * @param samePixels share of values less than half a level of 255 apart
   * @param meanLevels mean distance in such levels
   * @param mostLevels largest distance
   */
  record Difference(
      boolean sameIds,
      boolean sameShape,
      double samePixels,
      double meanLevels,
      double mostLevels) {}
}
