package dev.argus.checkpoint.graph;

import java.io.IOException;

/** Takes float32 values in order. */
@FunctionalInterface
public interface FloatSink {

  /** Takes {@code count} values from {@code offset}; keeps no reference to the array. */
  void put(float[] values, int offset, int count) throws IOException;

  /** Takes all of an array. */
  default void put(float[] values) throws IOException {
    put(values, 0, values.length);
  }
}
