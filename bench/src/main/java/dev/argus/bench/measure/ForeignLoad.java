package dev.argus.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * What other processes take of the machine's processors while this one measures: on a small machine
 * a second busy process makes figures worthless. Linux only, from {@code /proc/stat}.
 */
public final class ForeignLoad {
  /** Above this share, figures are not to be trusted. */
  public static final double LIMIT = 0.06;

  private static final Path STAT = Path.of("/proc/stat");

  private final long[] begin;
  private final Supplier<Duration> own;
  private final Duration ownAtBegin;

  private ForeignLoad(long[] begin, Supplier<Duration> own) {
    this.begin = begin;
    this.own = own;
    this.ownAtBegin = own.get();
  }

  /** Begins to watch. */
  public static ForeignLoad watch() {
    return new ForeignLoad(read(), () -> used(ProcessHandle.current()));
  }

  /**
   * Begins to watch; the processes that this one started are no others. They must all live from now
   * until {@link #share}.
   */
  public static ForeignLoad watchWithChildren() {
    return new ForeignLoad(
        read(),
        () ->
            ProcessHandle.current()
                .descendants()
                .map(ForeignLoad::used)
                .reduce(used(ProcessHandle.current()), Duration::plus));
  }

  /** The share of all processors' time that others took since; empty where that is not known. */
  public OptionalDouble share() {
    long[] now = read();
    if (now.length == 0 || begin.length == 0) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(share(begin, now, own.get().minus(ownAtBegin)));
  }

  /**
   * The share between two readings.
   *
   * @param begin ticks of user, nice, system, idle, iowait, irq, softirq and steal
   * @param end the same, later
   * @param own what this process used in between
   */
  static double share(long[] begin, long[] end, Duration own) {
    double total = 0;
    double idle = 0;
    for (int i = 0; i < begin.length; i++) {
      total += end[i] - begin[i];
      if (i == 3 || i == 4) {
        idle += end[i] - begin[i];
      }
    }
    double ticksPerSecond = 100;
    double ownTicks = own.toNanos() / 1e9 * ticksPerSecond;
    return total <= 0 ? 0 : Math.max(0, total - idle - ownTicks) / total;
  }

  /**
   * The ticks in the first line of {@code /proc/stat}, those of guests aside: they count as user.
   */
  static long[] parse(String line) {
    return Arrays.stream(line.trim().split("\\s+"))
        .skip(1)
        .limit(8)
        .mapToLong(Long::parseLong)
        .toArray();
  }

  private static long[] read() {
    if (!Files.isReadable(STAT)) {
      return new long[0];
    }
    try {
      return parse(Files.readAllLines(STAT).getFirst());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Duration used(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }
}
