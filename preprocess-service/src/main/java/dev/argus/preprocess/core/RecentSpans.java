package dev.argus.preprocess.core;

import dev.argus.base.digest.Digest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Remembers the spans of late, so as to tell a picture that is asked about again from a new one. It
 * holds digests only, and what it says is a guess at what the decoder holds. Thread-safe.
 */
final class RecentSpans {
  private final Map<Digest, Boolean> seen;

  /**
   * @param most spans that are remembered, 1 or more; then the one that was seen longest ago is
   *     forgotten
   */
  RecentSpans(int most) {
    this.seen =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Digest, Boolean> eldest) {
            return size() > most;
          }
        };
  }

  /** Remembers the spans of a prompt; whether there are some, and the first was seen before. */
  synchronized boolean saw(List<Digest> spans) {
    boolean again = !spans.isEmpty() && seen.containsKey(spans.getFirst());
    spans.forEach(span -> seen.put(span, true));
    return again;
  }
}
