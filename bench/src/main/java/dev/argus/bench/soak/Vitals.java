package dev.argus.bench.soak;

import dev.argus.bench.measure.ResidentMemory;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What this process holds at one moment.
 *
 * @param residentBytes memory of the process, as Linux counts it; 0 elsewhere
 * @param heapBytes of the heap in use, garbage included
 * @param directBytes in direct buffers
 * @param threads platform threads alive
 * @param slots of the decoder that sequences hold
 */
record Vitals(long residentBytes, long heapBytes, long directBytes, int threads, long slots) {
  static final String CSV_HEADER =
      "seconds,resident_bytes,heap_bytes,direct_bytes,threads,slots,answered,given_up,refused";

  private static final long MEBIBYTE = 1L << 20;

  /** Looks. */
  static Vitals now(long slots) {
    long direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return new Vitals(
        ResidentMemory.bytes(),
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        direct,
        ManagementFactory.getThreadMXBean().getThreadCount(),
        slots);
  }

  /** What has grown since, beyond what may: each a sentence. */
  List<String> leaksSince(Vitals before) {
    List<String> leaks = new ArrayList<>();
    // A tenth: allocators keep what they were once given, and give it out again.
    grown(leaks, "resident memory", before.residentBytes, residentBytes, before.residentBytes / 10);
    grown(leaks, "heap", before.heapBytes, heapBytes, 32 * MEBIBYTE);
    grown(leaks, "direct buffers", before.directBytes, directBytes, 8 * MEBIBYTE);
    if (threads > before.threads + 2) {
      leaks.add("there were %d threads, and are %d".formatted(before.threads, threads));
    }
    if (slots > 0) {
      leaks.add("%d slots are held by nobody".formatted(slots));
    }
    return leaks;
  }

  private static void grown(List<String> leaks, String what, long before, long now, long allowed) {
    if (now > before + allowed) {
      leaks.add(
          String.format(
              Locale.ROOT,
              "%s grew from %.1f to %.1f MiB",
              what,
              before / (double) MEBIBYTE,
              now / (double) MEBIBYTE));
    }
  }
}
