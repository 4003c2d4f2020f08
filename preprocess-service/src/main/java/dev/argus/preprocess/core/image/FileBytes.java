package dev.argus.preprocess.core.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.Objects;

/**
 * Numbers at places of a file. Every read beyond the end throws {@link IndexOutOfBoundsException},
 * which {@link ImageFile#parse} reports as truncation.
 */
@SuppressWarnings("ArrayRecordComponent") // The file itself; never compared.
record FileBytes(byte[] bytes) {

  int length() {
    return bytes.length;
  }

  int u8(int at) {
    return bytes[at] & 0xff;
  }

  int u16Big(int at) {
    return (u8(at) << 8) | u8(at + 1);
  }

  int u16Little(int at) {
    return u8(at) | (u8(at + 1) << 8);
  }

  int u24Little(int at) {
    return u16Little(at) | (u8(at + 2) << 16);
  }

  /** An unsigned 32-bit number; negative where it exceeds what an int holds. */
  int i32Big(int at) {
    return (u16Big(at) << 16) | u16Big(at + 2);
  }

  /** A signed 32-bit number. */
  int i32Little(int at) {
    return u16Little(at) | (u16Little(at + 2) << 16);
  }

  /** Characters, one a byte. */
  String text(int at, int length) {
    return new String(slice(at, length), ISO_8859_1);
  }

  /** Whether these characters stand here; false where the file ends before. */
  boolean has(int at, String text) {
    if (at < 0 || text.length() > bytes.length - at) {
      return false;
    }
    return text(at, text.length()).equals(text);
  }

  byte[] slice(int at, int length) {
    Objects.checkFromIndexSize(at, length, bytes.length);
    return Arrays.copyOfRange(bytes, at, at + length);
  }
}
