package dev.argus.decoder.core.region;

import dev.argus.checkpoint.config.LocationTokens;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntFunction;

/** Reads {@code label<loc><loc><loc><loc>; label...}: a location is the middle of its bin. */
final class LocationReader implements RegionReader {
  private final LocationTokens locations;
  private final IntFunction<byte[]> bytes;
  private final ByteArrayOutputStream label = new ByteArrayOutputStream();
  private final Coordinates coordinates = new Coordinates();
  private int index = -1;
  private int first;

  LocationReader(LocationTokens locations, IntFunction<byte[]> bytes) {
    this.locations = locations;
    this.bytes = bytes;
  }

  @Override
  public List<Region> read(int token, double logprob) {
    index++;
    if (!locations.contains(token)) {
      for (byte value : bytes.apply(token)) {
        readLabel(value);
      }
      return List.of();
    }
    coordinates.spelledBy(index, logprob);
    boolean fourth = coordinates.add((token - locations.firstId() + 0.5) / locations.count());
    if (!fourth || label.size() == 0) {
      return List.of();
    }
    Region region =
        coordinates.region(label.toString(StandardCharsets.UTF_8).strip(), first, index + 1);
    clear();
    return List.of(region);
  }

  private void readLabel(byte value) {
    if (value == ';') {
      clear();
    } else if (label.size() > 0 || value != ' ') {
      first = label.size() == 0 ? index : first;
      label.write(value);
    }
  }

  private void clear() {
    label.reset();
    coordinates.clear();
  }
}
