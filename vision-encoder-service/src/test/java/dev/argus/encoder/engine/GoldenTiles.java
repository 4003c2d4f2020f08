package dev.argus.encoder.engine;

import dev.argus.checkpoint.config.VisionConfig;
import dev.argus.testdata.Golden;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Tiles of the reference data, brought back from normalised floats to the bytes they came from. */
public final class GoldenTiles {
  private GoldenTiles() {}

  /**
   * The tiles of a case whose {@code pixel_values} are stored, {@code [tiles, 3, side, side]},
   * normalised with mean and deviation 0.5.
   *
   * @return {@code [side, side, 3]} each
   */
  public static List<ByteBuffer> read(String checkpoint, String example, int side) {
    List<Double> half = List.of(0.5, 0.5, 0.5);
    return read(checkpoint, example, side, half, half);
  }

  /** As above, normalised with the mean and the deviation that the settings say. */
  static List<ByteBuffer> read(String checkpoint, String example, VisionConfig config) {
    return read(checkpoint, example, config.imageSize(), config.mean(), config.standardDeviation());
  }

  private static List<ByteBuffer> read(
      String checkpoint, String example, int side, List<Double> mean, List<Double> deviation) {
    float[] values = Golden.floats(checkpoint, example + "/pixel_values");
    int area = side * side;
    List<ByteBuffer> tiles = new ArrayList<>();
    for (int first = 0; first < values.length; first += 3 * area) {
      ByteBuffer tile = ByteBuffer.allocate(3 * area);
      for (int pixel = 0; pixel < area; pixel++) {
        for (int channel = 0; channel < 3; channel++) {
          float value = values[first + channel * area + pixel];
          tile.put((byte) Math.round((value * deviation.get(channel) + mean.get(channel)) * 255));
        }
      }
      tiles.add(tile.flip());
    }
    return tiles;
  }
}
