package dev.argus.runtime.capi;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** A native object until it is closed. Uses what must outlive it. Thread-safe. */
final class Handle implements AutoCloseable {
  private static final LongAdder LIVE = new LongAdder();

  private final MemorySegment address;
  private final Lifetime lifetime;

  /**
   * Takes over an object; frees it if one of what it uses was closed.
   *
   * @param what its name in messages
   * @param release frees it
   * @param used stay until it is freed
   * @param freed called when it has been freed
   */
  Handle(
      String what,
      MemorySegment address,
      OrtApi.Release release,
      List<Lifetime> used,
      Runnable freed) {
    LIVE.increment();
    this.address = address;
    this.lifetime =
        new Lifetime(
            what,
            () -> {
              free(address, release, used);
              freed.run();
            });
    int acquired = 0;
    try {
      for (Lifetime each : used) {
        each.acquire();
        acquired++;
      }
    } catch (IllegalStateException e) {
      free(address, release, used.subList(0, acquired));
      throw e;
    }
  }

  Handle(String what, MemorySegment address, OrtApi.Release release, List<Lifetime> used) {
    this(what, address, release, used, () -> {});
  }

  Handle(String what, MemorySegment address, OrtApi.Release release) {
    this(what, address, release, List.of());
  }

  private static void free(MemorySegment address, OrtApi.Release release, List<Lifetime> used) {
    OrtApi.free(release, address);
    LIVE.decrement();
    used.forEach(Lifetime::release);
  }

  /** Objects of this process that have not been freed. */
  static long live() {
    return LIVE.sum();
  }

  /** Where it is; valid while {@link #lifetime} is held. */
  MemorySegment address() {
    return address;
  }

  Lifetime lifetime() {
    return lifetime;
  }

  Lifetime.Hold hold() {
    return lifetime.hold();
  }

  @Override
  public void close() {
    lifetime.close();
  }
}
