package dev.argus.checkpoint.random;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** The files that this package brings with it. */
final class Resources {
  private Resources() {}

  /** A file's bytes. */
  static byte[] bytes(String name) {
    byte[] bytes = bytesIfPresent(name);
    if (bytes == null) {
      throw new IllegalStateException("the installation lacks " + name);
    }
    return bytes;
  }

  /** A file's bytes, or null where there is none of this name. */
  static byte @Nullable [] bytesIfPresent(String name) {
    try (InputStream resource = Resources.class.getResourceAsStream(name)) {
      return resource == null ? null : resource.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
