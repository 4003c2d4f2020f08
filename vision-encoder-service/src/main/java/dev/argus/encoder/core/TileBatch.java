package dev.argus.encoder.core;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The tiles of one run of the tower. A tile whose features another one in the batch will give joins
 * that one, and takes no place of its own.
 */
final class TileBatch {
  private final boolean sharing;
  private final List<QueuedTile> tiles = new ArrayList<>();
  private final List<QueuedTile> companions = new ArrayList<>();
  private final Set<FeatureKey> keys = new HashSet<>();

  /**
   * @param sharing whether tiles with equal pixels are encoded once
   */
  TileBatch(boolean sharing) {
    this.sharing = sharing;
  }

  void add(QueuedTile tile) {
    if (keys.add(tile.key()) || !sharing) {
      tiles.add(tile);
    } else {
      companions.add(tile);
    }
  }

  /** What is encoded, in order. */
  List<QueuedTile> tiles() {
    return tiles;
  }

  /** Tiles that need not be: each has the key of one that is. */
  List<QueuedTile> companions() {
    return companions;
  }

  /** Streams with their tiles that are encoded. */
  Map<TileLane, List<QueuedTile>> byLane() {
    return tiles.stream()
        .collect(Collectors.groupingBy(QueuedTile::lane, LinkedHashMap::new, Collectors.toList()));
  }

  /** All streams that have a tile in it. */
  Set<TileLane> lanes() {
    Set<TileLane> lanes = new HashSet<>();
    tiles.forEach(tile -> lanes.add(tile.lane()));
    companions.forEach(tile -> lanes.add(tile.lane()));
    return lanes;
  }
}
