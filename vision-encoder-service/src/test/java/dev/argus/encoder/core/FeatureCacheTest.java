package dev.argus.encoder.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.base.digest.Digest;
import dev.argus.base.tenant.Tenant;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class FeatureCacheTest {
  private static final int TILE_BYTES = 16;

  private final FeatureCache cache = new FeatureCache(10 * TILE_BYTES);

  @Test
  void keepsNoMoreBytesThanItMay() {
    for (int tile = 0; tile < 100; tile++) {
      cache.keep(key("tenant", "weights", tile), features(tile));
      assertThat(cache.bytes()).isLessThanOrEqualTo(10 * TILE_BYTES);
    }

    assertThat(cache.bytes()).isPositive();
    assertThat(cache.evictions()).isEqualTo(100 - cache.bytes() / TILE_BYTES);
  }

  @Test
  void findsWhatWasKeptUnderEveryPartOfItsKey() {
    cache.keep(key("tenant", "weights", 1), features(7));

    assertThat(cache.find(key("tenant", "weights", 1)).orElseThrow().getInt()).isEqualTo(7);
    assertThat(cache.find(key("other", "weights", 1))).isEmpty();
    assertThat(cache.find(key("tenant", "other", 1))).isEmpty();
    assertThat(cache.find(key("tenant", "weights", 2))).isEmpty();
  }

  @Test
  void whatOneReaderReadsOthersStillHaveToRead() {
    ByteBuffer made = features(7);
    cache.keep(key("tenant", "weights", 1), made);
    made.getInt();
    cache.find(key("tenant", "weights", 1)).orElseThrow().getInt();

    ByteBuffer found = cache.find(key("tenant", "weights", 1)).orElseThrow();

    assertThat(found.remaining()).isEqualTo(TILE_BYTES);
    assertThat(found.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
  }

  private static FeatureKey key(String tenant, String weights, int tile) {
    return new FeatureKey(
        new Tenant(tenant), weights, Digest.of(new byte[] {(byte) tile, (byte) (tile >> 8)}));
  }

  private static ByteBuffer features(int number) {
    return ByteBuffer.allocate(TILE_BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(0, number);
  }
}
