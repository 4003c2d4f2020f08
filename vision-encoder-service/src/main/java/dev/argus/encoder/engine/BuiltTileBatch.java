package dev.argus.encoder.engine;

import dev.argus.base.resource.OpenResources;
import dev.argus.runtime.Binding;
import dev.argus.runtime.Device;
import dev.argus.runtime.ElementType;
import dev.argus.runtime.Session;
import dev.argus.runtime.Shape;
import dev.argus.runtime.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The batch of Argus's own vision graph, which takes pixels as they are.
 *
 * <p>Owns its tensors and binding.
 */
final class BuiltTileBatch implements TileBatch {
  private final List<Tensor> tilePixels = new ArrayList<>();
  private final List<Tensor> tileFeatures = new ArrayList<>();
  private final Binding binding;
  private final Optional<StagedTiles> staged;
  private final OpenResources owned = new OpenResources();

  /**
   * @param pixelShape shape of the pixels, {@code [tiles, side, side, 3]}
   * @param featureShape shape of the features, {@code [tiles, tokens, hidden]}
   * @param staged where some of the tiles may be already
   */
  BuiltTileBatch(
      Device device,
      Session session,
      Shape pixelShape,
      Shape featureShape,
      Optional<StagedTiles> staged) {
    this.staged = staged;
    try {
      Tensor pixels = owned.add(device.allocate(ElementType.UINT8, pixelShape));
      Tensor features = owned.add(device.allocate(ElementType.FLOAT32, featureShape));
      for (long tile = 0; tile < pixelShape.dimension(0); tile++) {
        tilePixels.add(owned.add(pixels.rows(tile, 1)));
        tileFeatures.add(owned.add(features.rows(tile, 1)));
      }
      this.binding =
          owned.add(session.bind(Map.of("pixels", pixels), Map.of("visual_tokens", features)));
    } catch (RuntimeException e) {
      owned.close();
      throw e;
    }
  }

  @Override
  public List<ByteBuffer> encode(List<ByteBuffer> tiles) {
    BitSet there = staged.map(all -> all.copy(tiles, tilePixels)).orElseGet(BitSet::new);
    for (int i = there.nextClearBit(0); i < tiles.size(); i = there.nextClearBit(i + 1)) {
      tilePixels.get(i).write(MemorySegment.ofBuffer(tiles.get(i)));
    }
    binding.run();
    return tileFeatures.stream().map(BuiltTileBatch::copy).toList();
  }

  private static ByteBuffer copy(Tensor tensor) {
    ByteBuffer copy =
        ByteBuffer.allocate(Math.toIntExact(tensor.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    tensor.read(MemorySegment.ofBuffer(copy));
    return copy;
  }

  @Override
  public void close() {
    owned.close();
  }
}
