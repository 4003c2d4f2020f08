package dev.argus.preprocess.core;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Remembers the files of late, so as to tell a picture that is asked about again from a new one
 * before its {@link dev.argus.base.digest.Digest} is known. It holds checksums only, and what it
 * says is a guess at what the decoder holds: where it is wrong, that costs time and nothing else.
 * Thread-safe.
 */
final class RecentPictures {
  private final Map<Long, Boolean> seen;

  /**
   * @param most files that are remembered, 1 or more; then the one that was seen longest ago is
   *     forgotten
   */
  RecentPictures(int most) {
    this.seen =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
            return size() > most;
          }
        };
  }

  /** What a file is remembered by: its length and 32 bits of checksum. */
  static long checksum(byte[] file) {
    CRC32C crc = new CRC32C();
    crc.update(file);
    return (long) file.length << Integer.SIZE | crc.getValue();
  }

  /** Remembers the files of a prompt; whether there are some, and the first was seen before. */
  synchronized boolean saw(List<Long> checksums) {
    boolean again = !checksums.isEmpty() && seen.containsKey(checksums.getFirst());
    checksums.forEach(checksum -> seen.put(checksum, true));
    return again;
  }
}
