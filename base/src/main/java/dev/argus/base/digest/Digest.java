package dev.argus.base.digest;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 digest: 32 bytes that stand for content. A value without an array behind it, so that it
 * can be a key. The components are the bytes in order, 8 in each, big-endian.
 */
public record Digest(long first, long second, long third, long fourth) {
  /** How many bytes a digest has. */
  public static final int BYTES = 32;

  /** The digest of what is between a buffer's position and limit, which stay where they are. */
  public static Digest of(ByteBuffer content) {
    MessageDigest sha256 = sha256();
    sha256.update(content.duplicate());
    return read(ByteBuffer.wrap(sha256.digest()));
  }

  /** The digest of an array's bytes. */
  public static Digest of(byte[] content) {
    return of(ByteBuffer.wrap(content));
  }

  /**
   * A digest that was made elsewhere.
   *
   * @param digest {@value #BYTES} bytes from position to limit, which stay where they are
   * @throws IllegalArgumentException if there are more or less
   */
  public static Digest read(ByteBuffer digest) {
    if (digest.remaining() != BYTES) {
      throw new IllegalArgumentException(
          "a digest has %d bytes, not %d".formatted(BYTES, digest.remaining()));
    }
    ByteBuffer bytes = digest.slice();
    return new Digest(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
  }

  /** The {@value #BYTES} bytes. */
  public byte[] toBytes() {
    return ByteBuffer.allocate(BYTES)
        .putLong(first)
        .putLong(second)
        .putLong(third)
        .putLong(fourth)
        .array();
  }

  /** 64 hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(toBytes());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
