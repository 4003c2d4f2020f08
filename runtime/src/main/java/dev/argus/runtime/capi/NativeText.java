package dev.argus.runtime.capi;

import java.lang.foreign.MemorySegment;

/** Text as C has it. */
final class NativeText {
  private NativeText() {}

  /** The text at an address, up to its zero; in UTF-8. */
  @SuppressWarnings("restricted") // Its end is its zero.
  static String at(MemorySegment address) {
    return address.reinterpret(Long.MAX_VALUE).getString(0);
  }
}
