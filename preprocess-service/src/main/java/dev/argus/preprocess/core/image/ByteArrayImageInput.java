package dev.argus.preprocess.core.image;

import javax.imageio.stream.ImageInputStreamImpl;

/**
 * A file in memory, as ImageIO reads it, without the copy that {@code MemoryCacheImageInputStream}
 * makes. Remembers whether a decoder asked for more than there is.
 */
final class ByteArrayImageInput extends ImageInputStreamImpl {
  private final byte[] bytes;
  private boolean exhausted;

  ByteArrayImageInput(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Whether a read found the end of the file. */
  boolean exhausted() {
    return exhausted;
  }

  @Override
  public int read() {
    bitOffset = 0;
    if (streamPos >= bytes.length) {
      exhausted = true;
      return -1;
    }
    return bytes[(int) streamPos++] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    bitOffset = 0;
    if (streamPos >= bytes.length) {
      exhausted = true;
      return -1;
    }
    int count = (int) Math.min(length, bytes.length - streamPos);
    System.arraycopy(bytes, (int) streamPos, target, offset, count);
    streamPos += count;
    return count;
  }

  @Override
  public long length() {
    return bytes.length;
  }
}
