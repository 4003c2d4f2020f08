package dev.argus.encoder.engine;

import dev.argus.base.resource.OpenResources;
import dev.argus.runtime.Device;
import dev.argus.runtime.ElementType;
import dev.argus.runtime.Shape;
import dev.argus.runtime.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Pixels that were brought to the device before their turn, while it was busy with others.
 *
 * <p>A ring of places: a tile takes the place of the one that was staged longest ago, whatever
 * became of that. So nothing is to be given back when a tile is dropped; one that is no longer here
 * is brought when its turn comes. Owns the places. Thread-safe.
 */
final class StagedTiles implements AutoCloseable {
  private final Device device;
  private final List<Place> places = new ArrayList<>();
  private final AtomicInteger staged = new AtomicInteger();

  /**
   * @param tile shape of its pixels
   * @param count of places; 1 or more
   */
  StagedTiles(Device device, Shape tile, int count) {
    this.device = device;
    try {
      for (int i = 0; i < count; i++) {
        places.add(new Place(device.allocate(ElementType.UINT8, tile)));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Brings a tile, which is known by its identity, and is there when this returns. */
  void stage(ByteBuffer tile) {
    places.get(Math.floorMod(staged.getAndIncrement(), places.size())).take(tile);
  }

  /**
   * Copies those of the tiles that are here to where they are encoded.
   *
   * @param targets one for each
   * @return which of them were
   */
  BitSet copy(List<ByteBuffer> tiles, List<Tensor> targets) {
    BitSet copied = new BitSet();
    try (OpenResources held = new OpenResources()) {
      device.copyTogether(() -> {
        for (int i = 0; i < tiles.size(); i++) {
          Optional<Place> place = hold(tiles.get(i));
          if (place.isPresent()) {
            held.add(place.get().lock::unlock);
            Tensor pixels = place.get().pixels;
            targets.get(i).copy(pixels, 0, 0, pixels.bytes());
            copied.set(i);
          }
        }
      });
    }
    return copied;
  }

  /** The place of a tile, locked, so that it stays its. */
  private Optional<Place> hold(ByteBuffer tile) {
    return places.stream().filter(place -> place.lockIfOf(tile)).findFirst();
  }

  @Override
  public void close() {
    places.forEach(Place::close);
  }

  private static final class Place implements AutoCloseable {
    private static final WeakReference<ByteBuffer> NOBODY = new WeakReference<>(null);

    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by the lock. */
    private final Tensor pixels;

    /** Whose pixels they are; does not keep these in the process's memory. */
    private volatile WeakReference<ByteBuffer> tile = NOBODY;

    /** Guarded by the lock. */
    private boolean closed;

    Place(Tensor pixels) {
      this.pixels = pixels;
    }

    boolean lockIfOf(ByteBuffer wanted) {
      boolean its = tile.refersTo(wanted);
      if (its) {
        lock.lock();
        try {
          its = tile.refersTo(wanted);
        } finally {
          if (!its) {
            lock.unlock();
          }
        }
      }
      return its;
    }

    void take(ByteBuffer newTile) {
      lock.lock();
      try {
        tile = NOBODY;
        if (!closed) {
          pixels.write(MemorySegment.ofBuffer(newTile));
          tile = new WeakReference<>(newTile);
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        closed = true;
        tile = NOBODY;
        pixels.close();
      } finally {
        lock.unlock();
      }
    }
  }
}
