package dev.argus.encoder.core;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stages the tiles whose turn comes next, while the tower encodes others ({@link
 * VisionTower#stage}).
 */
final class TileStager implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(TileStager.class);

  private final VisionTower tower;
  private final Supplier<Optional<QueuedTile>> tiles;

  /**
   * By identity: tiles of equal pixels are each staged for themselves. Guarded by whoever calls
   * {@link #pick}.
   */
  private Set<QueuedTile> staged = newSet();

  /**
   * @param tiles waits for a tile and gives it, what {@link #pick} says; empty at the end
   */
  TileStager(VisionTower tower, Supplier<Optional<QueuedTile>> tiles) {
    this.tower = tower;
    this.tiles = tiles;
  }

  private static Set<QueuedTile> newSet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  /** The first of the tiles that come next that was not picked before. Forgets all others. */
  Optional<QueuedTile> pick(List<QueuedTile> next) {
    Set<QueuedTile> still = newSet();
    next.stream().filter(staged::contains).forEach(still::add);
    staged = still;
    return next.stream().filter(staged::add).findFirst();
  }

  @Override
  public void run() {
    try {
      for (var tile = tiles.get(); tile.isPresent(); tile = tiles.get()) {
        tower.stage(tile.get().pixels());
      }
    } catch (RuntimeException e) { // Whatever it is: tiles are encoded without that, too.
      LOG.warn("Pixels are no longer brought to the device before their turn: {}", e.toString(), e);
    }
  }
}
