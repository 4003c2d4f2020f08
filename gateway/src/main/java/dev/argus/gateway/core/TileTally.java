package dev.argus.gateway.core;

import dev.argus.base.failure.Upstream;

/**
 * Which of a request's tiles are on their way, so that none is lost: every tile goes to the
 * encoder, unless the decoder holds what it becomes, and every tile that went there comes back as
 * visual tokens.
 *
 * <p>The three threads of a request share it. Thread-safe.
 */
final class TileTally {
  private final int tiles;
  private int held;
  private int next;
  private int encoding;
  private int encoded;
  private int atHand;

  /**
   * @param tiles of the request
   */
  TileTally(int tiles) {
    this.tiles = tiles;
  }

  /** The decoder holds so many of the first tiles. */
  synchronized void hold(int count) {
    held = Math.min(count, tiles);
  }

  /**
   * A tile was cut.
   *
   * @return whether anybody needs it
   * @throws Upstream if it is not the next one, or a tile before it is missing
   */
  synchronized boolean cut(int tile) {
    if (tile < next || tile >= tiles) {
      throw new Upstream(
          "The %s sent tile %d of %d out of turn"
              .formatted(StageName.PREPROCESS.title(), tile, tiles),
          null);
    }
    skipTo(tile);
    next = tile + 1;
    if (tile < held) {
      return false;
    }
    encoding++;
    return true;
  }

  /**
   * No more tiles are cut.
   *
   * @throws Upstream if one is missing
   */
  synchronized void allCut() {
    skipTo(tiles);
  }

  /**
   * A tile was encoded.
   *
   * @throws Upstream if more are than went to the encoder
   */
  synchronized void encoded() {
    if (++encoded > encoding) {
      throw new Upstream(
          "The %s answered more than the %d tiles that it was sent"
              .formatted(StageName.ENCODER.title(), encoding),
          null);
    }
  }

  /**
   * No more tiles are encoded.
   *
   * @param cached for how many of them the encoder had the visual tokens at hand
   * @throws Upstream if one is missing
   */
  synchronized void allEncoded(int cached) {
    if (encoded < encoding) {
      throw missing(StageName.ENCODER, encoding - encoded, encoding);
    }
    atHand = cached;
  }

  /** Tiles that were not encoded for this request. */
  synchronized int cachedTiles() {
    return tiles - encoding + atHand;
  }

  private void skipTo(int tile) {
    if (tile > Math.max(next, held)) {
      throw missing(StageName.PREPROCESS, tile - Math.max(next, held), tiles);
    }
  }

  private static Upstream missing(StageName stage, int missing, int tiles) {
    return new Upstream(
        "The %s ended %d short of %d tiles".formatted(stage.title(), missing, tiles), null);
  }
}
