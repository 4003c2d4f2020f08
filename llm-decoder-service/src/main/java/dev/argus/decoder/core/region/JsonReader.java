package dev.argus.decoder.core.region;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Reads {@code {"bbox_2d": [x1, y1, x2, y2], "label": "..."}}, each object when it is closed. */
final class JsonReader implements RegionReader {
  private static final JsonMapper JSON = new JsonMapper();
  private static final double SCALE = 1000;

  private final IntFunction<byte[]> bytes;
  private final ByteArrayOutputStream object = new ByteArrayOutputStream();
  private final Coordinates coordinates = new Coordinates();
  private boolean quoted;
  private boolean escaped;
  private boolean inArray;
  private int index = -1;
  private int first;

  JsonReader(IntFunction<byte[]> bytes) {
    this.bytes = bytes;
  }

  @Override
  public List<Region> read(int token, double logprob) {
    index++;
    List<Region> regions = new ArrayList<>();
    for (byte value : bytes.apply(token)) {
      read(value, logprob, regions);
    }
    return regions;
  }

  private void read(byte value, double logprob, List<Region> regions) {
    if (!quoted && value == '{') {
      object.reset();
      coordinates.clear();
      first = index;
    } else if (object.size() == 0) {
      return; // Between objects.
    }
    object.write(value);
    if (quoted) {
      quoted = escaped || value != '"';
      escaped = !escaped && value == '\\';
    } else {
      structure(value, logprob, regions);
    }
  }

  private void structure(byte value, double logprob, List<Region> regions) {
    switch (value) {
      case '"' -> quoted = true;
      case '[' -> inArray = true;
      case ']' -> inArray = false;
      case '}' -> {
        close(regions);
        object.reset();
      }
      default -> {
        if (inArray && value >= '0' && value <= '9') {
          coordinates.spelledBy(index, logprob);
        }
      }
    }
  }

  private void close(List<Region> regions) {
    JsonNode read = parse();
    JsonNode box = read.path("bbox_2d");
    for (JsonNode edge : box) {
      coordinates.add(Math.clamp(edge.asDouble() / SCALE, 0, 1));
    }
    if (box.size() == 4 && read.path("label").isTextual()) {
      regions.add(coordinates.region(read.path("label").textValue(), first, index + 1));
    }
  }

  private JsonNode parse() {
    try {
      return JSON.readTree(object.toByteArray());
    } catch (IOException e) {
      return JSON.missingNode(); // No region then.
    }
  }
}
