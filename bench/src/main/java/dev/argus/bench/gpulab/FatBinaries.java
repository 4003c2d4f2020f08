package dev.argus.bench.gpulab;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * GPU code as NVIDIA's compiler puts it into a library: fat binaries one after the other, each with
 * a kernel's code for several architectures.
 *
 * <p>A fat binary is a header of 16 bytes (magic, version u16, header's bytes u16, bytes behind it
 * u64) and entries, each a header (kind u16, version u16, header's bytes u32, payload's bytes u64,
 * at 28 the architecture u32: 90 for sm_90) and a payload. Zeros may lie between fat binaries.
 * NVIDIA does not publish the format: this is what libraries of CUDA 12 look like.
 */
final class FatBinaries {
  private static final int MAGIC = 0xBA55ED50;
  private static final int MAGIC_BYTES = 4;

  private static final int HEADER_BYTES = 6;
  private static final int ENTRIES_BYTES = 8;
  private static final int SMALLEST_HEADER = 16;

  private static final int ENTRY_HEADER_BYTES = 4;
  private static final int PAYLOAD_BYTES = 8;
  private static final int ARCHITECTURE = 28;
  private static final int SMALLEST_ENTRY_HEADER = 32;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);

  private final MemorySegment section;
  private final int architecture;
  private int keptKernels;
  private long keptBytes;
  private int zeroedKernels;
  private long zeroedBytes;

  private FatBinaries(MemorySegment section, int architecture) {
    this.section = section;
    this.architecture = architecture;
  }

  /**
   * What was done.
   *
   * @param keptKernels payloads of the architecture
   * @param keptBytes of them
   * @param zeroedKernels payloads of others
   * @param zeroedBytes of them
   */
  record Outcome(int keptKernels, long keptBytes, int zeroedKernels, long zeroedBytes) {}

  /**
   * Fills the payloads of all other architectures with zeros; headers stay, and the loader goes by
   * them.
   *
   * @param section all of a library's fat binaries; changed in place
   * @param architecture such as 90
   * @throws IllegalArgumentException if these are no fat binaries, or none has the architecture;
   *     the section may have been changed by then
   */
  static Outcome keep(MemorySegment section, int architecture) {
    FatBinaries all = new FatBinaries(section, architecture);
    all.walk();
    if (all.keptKernels == 0) {
      throw new IllegalArgumentException("there is no kernel for sm_" + architecture);
    }
    return new Outcome(all.keptKernels, all.keptBytes, all.zeroedKernels, all.zeroedBytes);
  }

  private void walk() {
    long at = 0;
    while (at <= section.byteSize() - MAGIC_BYTES) {
      int magic = section.get(INT, at);
      if (magic == 0) {
        at += MAGIC_BYTES;
      } else if (magic == MAGIC) {
        at = fatBinary(at);
      } else {
        throw new IllegalArgumentException("no fat binary begins at byte %d".formatted(at));
      }
    }
  }

  /** Returns where it ends. */
  private long fatBinary(long start) {
    requireInside(start, SMALLEST_HEADER, section.byteSize());
    int header = Short.toUnsignedInt(section.get(SHORT, start + HEADER_BYTES));
    long entries = section.get(LONG, start + ENTRIES_BYTES);
    require(header >= SMALLEST_HEADER, start);
    requireInside(start + header, entries, section.byteSize());
    long end = start + header + entries;
    for (long at = start + header; at < end; ) {
      at = entry(at, end);
    }
    return end;
  }

  /** Returns where it ends. */
  private long entry(long start, long limit) {
    requireInside(start, SMALLEST_ENTRY_HEADER, limit);
    long header = Integer.toUnsignedLong(section.get(INT, start + ENTRY_HEADER_BYTES));
    long payload = section.get(LONG, start + PAYLOAD_BYTES);
    require(header >= SMALLEST_ENTRY_HEADER, start);
    requireInside(start + header, payload, limit);
    if (section.get(INT, start + ARCHITECTURE) == architecture) {
      keptKernels++;
      keptBytes += payload;
    } else {
      section.asSlice(start + header, payload).fill((byte) 0);
      zeroedKernels++;
      zeroedBytes += payload;
    }
    return start + header + payload;
  }

  private static void requireInside(long start, long size, long limit) {
    require(size >= 0 && start <= limit - size, start);
  }

  private static void require(boolean holds, long start) {
    if (!holds) {
      throw new IllegalArgumentException(
          "the fat binary's part at byte %d has an impossible size".formatted(start));
    }
  }
}
