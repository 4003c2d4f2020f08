package dev.argus.checkpoint.weights;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.base.failure.ModelFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The JSON header of a safetensors file: {@code {name: {dtype, shape, data_offsets: [begin, end]}}}
 * and, under {@code __metadata__}, strings that Argus ignores.
 */
final class SafetensorsHeader {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final int ALIGNMENT = 8;

  private SafetensorsHeader() {}

  /**
   * One tensor and where its elements lie.
   *
   * @param begin first byte, counted from the end of the header
   * @param end byte after the last; {@code end - begin} is {@code info.bytes()}
   */
  record Entry(TensorInfo info, long begin, long end) {}

  /**
   * Reads a header.
   *
   * @param file for messages
   * @return the tensors in the order of their bytes
   * @throws ModelFault if anything is missing, of a wrong type, or contradicts itself
   */
  static List<Entry> parse(Path file, byte[] header) {
    JsonNode root;
    try {
      root = JSON.readTree(header);
    } catch (IOException e) {
      throw new ModelFault(file + ": the header is not valid JSON", e);
    }
    if (!root.isObject()) {
      throw new ModelFault(file + ": the header is not a JSON object", null);
    }
    List<Entry> entries = new ArrayList<>();
    for (var property : root.properties()) {
      if (!property.getKey().equals("__metadata__")) {
        entries.add(entry(file, property.getKey(), property.getValue()));
      }
    }
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    return entries;
  }

  /**
   * The header of a file, with its length before it, filled up so that the elements begin at a
   * multiple of eight.
   *
   * @param tensors in the order of their names
   */
  static ByteBuffer encode(List<TensorInfo> tensors) {
    ObjectNode root = JSON.createObjectNode();
    root.putObject("__metadata__").put("format", "pt"); // transformers asks for it
    String before = "";
    long begin = 0;
    for (TensorInfo tensor : tensors) {
      if (tensor.name().compareTo(before) <= 0) {
        throw new IllegalArgumentException(tensor.name() + " may not come after " + before);
      }
      before = tensor.name();
      long end = Math.addExact(begin, tensor.bytes());
      ObjectNode entry = root.putObject(tensor.name()).put("dtype", tensor.type().name());
      tensor.shape().forEach(entry.putArray("shape")::add);
      entry.putArray("data_offsets").add(begin).add(end);
      begin = end;
    }
    byte[] json = root.toString().getBytes(StandardCharsets.UTF_8);
    int length = Math.ceilDiv(json.length, ALIGNMENT) * ALIGNMENT;
    byte[] padded = Arrays.copyOf(json, length);
    Arrays.fill(padded, json.length, length, (byte) ' ');
    return ByteBuffer.allocate(Long.BYTES + length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(padded)
        .flip();
  }

  private static Entry entry(Path file, String name, JsonNode node) {
    String where = "%s: tensor %s".formatted(file, name);
    DataType type =
        DataType.named(node.path("dtype").asText())
            .orElseThrow(
                () -> new ModelFault(where + " has the dtype " + node.path("dtype"), null));
    TensorInfo info = new TensorInfo(name, type, longs(where + ".shape", node.path("shape")));
    List<Long> offsets = longs(where + ".data_offsets", node.path("data_offsets"));
    if (offsets.size() != 2 || offsets.get(1) - offsets.get(0) != bytes(where, info)) {
      throw new ModelFault(
          "%s is %s %s at bytes %s, which do not fit".formatted(where, type, info.shape(), offsets),
          null);
    }
    return new Entry(info, offsets.get(0), offsets.get(1));
  }

  private static long bytes(String where, TensorInfo info) {
    try {
      return info.bytes();
    } catch (ArithmeticException e) {
      throw new ModelFault(where + " is too large: " + info.shape(), e);
    }
  }

  /** Whole numbers, none of them negative. */
  private static List<Long> longs(String where, JsonNode node) {
    List<Long> values = new ArrayList<>();
    for (JsonNode element : node) {
      if (!element.isIntegralNumber() || !element.canConvertToLong() || element.asLong() < 0) {
        throw new ModelFault(where + " is " + node, null);
      }
      values.add(element.asLong());
    }
    if (!node.isArray()) {
      throw new ModelFault(where + " is missing", null);
    }
    return List.copyOf(values);
  }
}
