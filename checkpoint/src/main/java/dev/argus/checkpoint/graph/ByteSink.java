package dev.argus.checkpoint.graph;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes bytes in order. */
@FunctionalInterface
interface ByteSink {

  /** Takes what remains of a buffer; keeps no reference to it. */
  void put(ByteBuffer bytes) throws IOException;
}
