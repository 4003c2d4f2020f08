package dev.argus.encoder.core;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * The features of tiles that were encoded, for all models of an encoder, up to a number of bytes.
 *
 * <p>What is kept is decided by Caffeine's W-TinyLFU: pictures that come again stay, and a flood of
 * pictures that come once does not drive them out. Work for it is done by the threads that read and
 * write; it has none of its own. Thread-safe.
 */
public final class FeatureCache {
  private final Cache<FeatureKey, ByteBuffer> features;
  private final LongAdder evictions = new LongAdder();

  /**
   * @param limitBytes 1 or more
   */
  public FeatureCache(long limitBytes) {
    this.features =
        Caffeine.newBuilder()
            .maximumWeight(limitBytes)
            .weigher((FeatureKey _, ByteBuffer tile) -> tile.remaining())
            .evictionListener((_, _, _) -> evictions.increment())
            .executor(Runnable::run)
            .build();
  }

  /** A tile's features, if they are kept: float32, little-endian, not to be modified. */
  Optional<ByteBuffer> find(FeatureKey tile) {
    return Optional.ofNullable(features.getIfPresent(tile)).map(FeatureCache::view);
  }

  /** Keeps a tile's features, which nobody modifies from now on, while there is room. */
  void keep(FeatureKey tile, ByteBuffer made) {
    features.put(tile, view(made));
  }

  /** Bytes of features that are kept. */
  public long bytes() {
    features.cleanUp();
    return features.policy().eviction().orElseThrow().weightedSize().orElseThrow();
  }

  /** How many tiles' features were dropped to make room. */
  public long evictions() {
    return evictions.sum();
  }

  /** For one reader: with a position of its own, and with the order that a duplicate loses. */
  static ByteBuffer view(ByteBuffer features) {
    return features.duplicate().order(features.order());
  }
}
