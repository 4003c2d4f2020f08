package dev.argus.encoder.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The reference's tiny Idefics3 checkpoint, rewritten as an Argus checkpoint that computes the
 * same: Argus folds patches in torch's channel order, so that the connector's columns are reordered
 * accordingly.
 */
final class ArgusTwin {
  private static final String CONNECTOR = "model.connector.modality_projection.proj.weight";
  private static final int PATCHES = 16;
  private static final int CHANNELS = 64;
  private static final ObjectMapper JSON = new ObjectMapper();

  private ArgusTwin() {}

  /** Writes what the vision tower needs of it. */
  static void write(Path directory) throws IOException {
    Path original = Golden.path("tiny-idefics3");
    ObjectNode config = read(original.resolve("config.json"));
    config.put("model_type", "argus");
    JSON.writeValue(directory.resolve("config.json").toFile(), config);
    ObjectNode preprocessor = read(original.resolve("preprocessor_config.json"));
    preprocessor.putObject("size").put("height", 128).put("width", 128);
    preprocessor.putArray("grids").addArray().add(1).add(1);
    JSON.writeValue(directory.resolve("preprocessor_config.json").toFile(), preprocessor);
    for (String name : new String[] {"generation_config.json", "tokenizer_config.json"}) {
      Files.copy(original.resolve(name), directory.resolve(name));
    }
    byte[] weights = Golden.bytes("tiny-idefics3/model.safetensors");
    reorderConnector(weights);
    Files.write(directory.resolve("model.safetensors"), weights);
  }

  private static ObjectNode read(Path file) throws IOException {
    return (ObjectNode) JSON.readTree(file.toFile());
  }

  private static void reorderConnector(byte[] weights) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN);
    int headerBytes = Math.toIntExact(file.getLong(0));
    var offsets =
        JSON.readTree(weights, Long.BYTES, headerBytes).get(CONNECTOR).get("data_offsets");
    int begin = Long.BYTES + headerBytes + offsets.get(0).asInt();
    int end = Long.BYTES + headerBytes + offsets.get(1).asInt();
    float[] row = new float[PATCHES * CHANNELS];
    for (int at = begin; at < end; at += row.length * Float.BYTES) {
      for (int patch = 0; patch < PATCHES; patch++) {
        for (int channel = 0; channel < CHANNELS; channel++) {
          row[channel * PATCHES + patch] =
              file.getFloat(at + (patch * CHANNELS + channel) * Float.BYTES);
        }
      }
      file.slice(at, row.length * Float.BYTES)
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .put(row);
    }
  }
}
