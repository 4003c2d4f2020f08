package dev.argus.preprocess.core.tile;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A square piece of a picture, ready for the vision encoder.
 *
 * @param side edge in pixels
 * @param pixels uint8 RGB, layout {@code [side, side, 3]}, row-major; not to be modified
 * @param digest SHA-256 of the pixels, 32 bytes; not to be modified
 */
@SuppressWarnings("ArrayRecordComponent") // Pixels on their way to the wire; never compared.
public record Tile(int side, byte[] pixels, byte[] digest) {

  /** The tile of these pixels. */
  static Tile of(int side, byte[] pixels) {
    try {
      return new Tile(side, pixels, MessageDigest.getInstance("SHA-256").digest(pixels));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
