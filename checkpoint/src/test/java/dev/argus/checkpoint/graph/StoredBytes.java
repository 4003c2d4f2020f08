package dev.argus.checkpoint.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What elements are stored as. */
final class StoredBytes {
  private StoredBytes() {}

  /** All of them, as many as they say. */
  static ByteBuffer of(Elements elements) throws IOException {
    ByteBuffer all =
        ByteBuffer.allocate(Math.toIntExact(elements.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    elements.source().writeTo(all::put);
    assertThat(all.hasRemaining()).isFalse();
    return all.rewind();
  }
}
