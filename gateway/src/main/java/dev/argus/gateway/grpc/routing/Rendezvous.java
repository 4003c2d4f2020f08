package dev.argus.gateway.grpc.routing;

import java.nio.charset.StandardCharsets;

/**
 * Rendezvous hashing (Thaler and Ravishankar, 1998): a key's place is the replica with the highest
 * score for it. A replica that comes takes its share of the keys, evenly from all others; one that
 * goes leaves its own to all others; no other key moves. Every gateway finds the same places by
 * itself. A pick costs one multiplication chain a replica, microseconds for a thousand of them.
 */
final class Rendezvous {
  private Rendezvous() {}

  /** FNV-1a over the UTF-8 of a replica's name, mixed. */
  static long seed(String name) {
    long hash = 0xcbf29ce484222325L;
    for (byte part : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (part & 0xff)) * 0x100000001b3L;
    }
    return mix(hash);
  }

  /** The score of a key at the replica with a seed. */
  static long score(long seed, long key) {
    return mix(seed ^ mix(key));
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood, 2014). */
  private static long mix(long value) {
    long mixed = value + 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
