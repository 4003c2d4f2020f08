package dev.argus.checkpoint.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes safetensors files, broken ones too. */
public final class RawSafetensors {
  private RawSafetensors() {}

  /** Writes a header that the format accepts, or not. */
  public static void write(Path file, String header, byte[] data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    write(file, json.length, json, data);
  }

  /** Writes a header of which a wrong length is told. */
  static void write(Path file, long headerBytes, byte[] header, byte[] data) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES + header.length + data.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(headerBytes)
            .put(header)
            .put(data);
    try {
      Files.write(file, bytes.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
