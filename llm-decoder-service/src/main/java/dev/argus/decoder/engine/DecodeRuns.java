package dev.argus.decoder.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * The runs for decoding, one for each range of slots that was decoded together lately: binding
 * sixty tensors costs more than a step's other overhead, and which slots are live changes seldom.
 *
 * <p>Not thread-safe. Closes what it drops.
 */
final class DecodeRuns implements AutoCloseable {
  private static final int KEPT = 64;

  private final int kept;

  private record Slots(int first, int count) {}

  private final BiFunction<Integer, Integer, DecoderRun> maker;
  private final Map<Slots, DecoderRun> runs =
      new LinkedHashMap<>(KEPT, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Slots, DecoderRun> eldest) {
          boolean full = size() > kept;
          if (full) {
            eldest.getValue().close();
          }
          return full;
        }
      };

  /**
   * @param numbers how many slots there are; runs from one first slot, of any number, are all kept,
   *     because what was recorded of them is
   * @param maker makes the run of {@code count} slots from the {@code first}
   */
  DecodeRuns(int numbers, BiFunction<Integer, Integer, DecoderRun> maker) {
    this.kept = Math.max(KEPT, numbers);
    this.maker = maker;
  }

  /** The run of these slots. */
  DecoderRun get(int first, int count) {
    return runs.computeIfAbsent(new Slots(first, count), slots -> maker.apply(first, count));
  }

  @Override
  public void close() {
    runs.values().forEach(DecoderRun::close);
    runs.clear();
  }
}
