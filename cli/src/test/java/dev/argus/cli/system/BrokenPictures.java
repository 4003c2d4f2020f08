package dev.argus.cli.system;

import com.google.protobuf.ByteString;
import dev.argus.testdata.Golden;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Files that are not the pictures they seem to be. */
final class BrokenPictures {
  private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  private BrokenPictures() {}

  /** Text. */
  static ByteString notAPicture() {
    return ByteString.copyFromUtf8("I am not a picture.");
  }

  /** The first half of a photograph. */
  static ByteString truncatedJpeg() {
    byte[] whole = Golden.bytes("images/08_photo_420_1024x768.jpg");
    return ByteString.copyFrom(whole, 0, whole.length / 2);
  }

  /** A few hundred bytes that unpack to 2.7 GB: a black PNG of 30,000 x 30,000 pixels. */
  static ByteString pngBomb() {
    int edge = 30_000;
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    png.writeBytes(PNG_SIGNATURE);
    png.writeBytes(
        chunk(
            "IHDR",
            ByteBuffer.allocate(13)
                .putInt(edge)
                .putInt(edge)
                .put(new byte[] {8, 2, 0, 0, 0})
                .array()));
    png.writeBytes(chunk("IDAT", deflated(new byte[1 + 3 * edge])));
    png.writeBytes(chunk("IEND", new byte[0]));
    return ByteString.copyFrom(png.toByteArray());
  }

  private static byte[] chunk(String type, byte[] data) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 checksum = new CRC32();
    checksum.update(name);
    checksum.update(data);
    return ByteBuffer.allocate(12 + data.length)
        .putInt(data.length)
        .put(name)
        .put(data)
        .putInt((int) checksum.getValue())
        .array();
  }

  private static byte[] deflated(byte[] data) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
    deflater.setInput(data);
    deflater.finish();
    byte[] buffer = new byte[data.length + 64];
    int length = deflater.deflate(buffer);
    deflater.end();
    return java.util.Arrays.copyOf(buffer, length);
  }
}
