package dev.argus.decoder.core.region;

import dev.argus.decoder.core.region.RegionDialect.References;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Reads {@code <ref>label</ref><box>[[x1, y1, x2, y2]]</box>}, and a box as two corners. A label
 * may have several boxes.
 */
final class ReferenceReader implements RegionReader {
  private static final double SCALE = 1000;

  private final References tags;
  private final IntFunction<byte[]> bytes;
  private final ByteArrayOutputStream label = new ByteArrayOutputStream();
  private final Coordinates coordinates = new Coordinates();
  private Place place = Place.BETWEEN;
  private int index = -1;
  private int first;
  private int number = -1;

  private enum Place {
    BETWEEN,
    LABEL,
    BOX
  }

  ReferenceReader(References tags, IntFunction<byte[]> bytes) {
    this.tags = tags;
    this.bytes = bytes;
  }

  @Override
  public List<Region> read(int token, double logprob) {
    index++;
    if (token == tags.label()) {
      place = Place.LABEL;
      first = index;
      label.reset();
    } else if (token == tags.box()) {
      place = Place.BOX;
      coordinates.clear();
      number = -1;
    } else if (token == tags.labelEnd() || token == tags.boxEnd()) {
      place = Place.BETWEEN;
    } else {
      return readText(bytes.apply(token), logprob);
    }
    return List.of();
  }

  private List<Region> readText(byte[] text, double logprob) {
    List<Region> regions = new ArrayList<>();
    for (byte value : text) {
      switch (place) {
        case LABEL -> label.write(value);
        case BOX -> readBox(value, logprob, regions);
        case BETWEEN -> {
          // Words around regions.
        }
      }
    }
    return regions;
  }

  private void readBox(byte value, double logprob, List<Region> regions) {
    if (value >= '0' && value <= '9') {
      coordinates.spelledBy(index, logprob);
      number = Math.min((int) SCALE, 10 * Math.max(0, number) + (value - '0'));
    } else if (number >= 0) {
      boolean fourth = coordinates.add(number / SCALE);
      number = -1;
      if (fourth) {
        String words = label.toString(StandardCharsets.UTF_8).strip();
        regions.add(coordinates.region(words, first, index + 1));
        coordinates.clear();
      }
    }
  }
}
