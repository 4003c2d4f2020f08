package dev.argus.bench.gpulab;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A 64-bit little-endian ELF file, as far as its table of sections.
 *
 * <p>Source: the System V ABI, "Section Header".
 *
 * @param bytes the whole file
 */
record ElfFile(MemorySegment bytes) {
  private static final int MAGIC = 0x464C457F;
  private static final int CLASS_64_LITTLE_ENDIAN = 0x0102;

  private static final int CLASS = 4;
  private static final int TABLE_OFFSET = 40;
  private static final int ENTRY_BYTES = 58;
  private static final int ENTRIES = 60;
  private static final int NAMES_INDEX = 62;
  private static final int HEADER_BYTES = 64;

  private static final int SECTION_NAME = 0;
  private static final int SECTION_OFFSET = 24;
  private static final int SECTION_BYTES = 32;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);

  ElfFile {
    if (bytes.byteSize() < HEADER_BYTES
        || bytes.get(INT, 0) != MAGIC
        || bytes.get(SHORT, CLASS) != CLASS_64_LITTLE_ENDIAN) {
      throw new IllegalArgumentException("this is no 64-bit little-endian ELF file");
    }
  }

  /**
   * A section's contents: the same memory.
   *
   * @throws IllegalArgumentException if there is no such section, or the file is cut off
   */
  MemorySegment section(String name) {
    int sections = Short.toUnsignedInt(bytes.get(SHORT, ENTRIES));
    MemorySegment names = contents(Short.toUnsignedInt(bytes.get(SHORT, NAMES_INDEX)));
    for (int index = 0; index < sections; index++) {
      long start = Integer.toUnsignedLong(header(index).get(INT, SECTION_NAME));
      if (name(names, start).equals(name)) {
        return contents(index);
      }
    }
    throw new IllegalArgumentException("this ELF file has no section " + name);
  }

  private MemorySegment contents(int index) {
    MemorySegment header = header(index);
    return slice(header.get(LONG, SECTION_OFFSET), header.get(LONG, SECTION_BYTES));
  }

  private MemorySegment header(int index) {
    int size = Short.toUnsignedInt(bytes.get(SHORT, ENTRY_BYTES));
    return slice(bytes.get(LONG, TABLE_OFFSET) + (long) index * size, HEADER_BYTES);
  }

  private MemorySegment slice(long offset, long size) {
    if (offset < 0 || size < 0 || offset > bytes.byteSize() - size) {
      throw new IllegalArgumentException("this ELF file is cut off");
    }
    return bytes.asSlice(offset, size);
  }

  /** Up to the zero that ends it, or what is left of the table. */
  private static String name(MemorySegment names, long start) {
    StringBuilder name = new StringBuilder();
    for (long at = start; at < names.byteSize() && names.get(JAVA_BYTE, at) != 0; at++) {
      name.append((char) names.get(JAVA_BYTE, at));
    }
    return name.toString();
  }
}
