package dev.argus.encoder.engine;

import dev.argus.base.resource.OpenResources;
import dev.argus.runtime.Binding;
import dev.argus.runtime.Device;
import dev.argus.runtime.ElementType;
import dev.argus.runtime.Shape;
import dev.argus.runtime.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The batch of an export's vision graph, which takes pixels that the processor has normalised.
 *
 * <p>Owns its tensors and binding.
 */
final class ExportedTileBatch implements TileBatch {
  private final PixelNormalizer normalizer;
  private final int tiles;
  private final float[] normalized;
  private final Tensor pixels;
  private final Tensor features;
  private final Binding binding;
  private final OpenResources owned = new OpenResources();

  ExportedTileBatch(ExportedVision export, Device device, int tiles) {
    Shape shape = export.pixels(tiles);
    this.normalizer = new PixelNormalizer(export.vision());
    this.tiles = tiles;
    this.normalized = new float[Math.toIntExact(shape.elements() / tiles)];
    try {
      this.pixels = owned.add(device.allocate(ElementType.FLOAT32, shape));
      this.features = owned.add(device.allocate(ElementType.FLOAT32, export.features(tiles)));
      Map<String, Tensor> inputs = new HashMap<>(Map.of(ExportedVision.PIXELS, pixels));
      if (export.masks()) {
        Tensor mask = owned.add(device.allocate(ElementType.BOOL, export.mask(tiles)));
        mask.write(MemorySegment.ofArray(ones(mask)));
        inputs.put(ExportedVision.MASK, mask);
      }
      this.binding = owned.add(export.session().bind(inputs, Map.of(export.output(), features)));
    } catch (RuntimeException e) {
      owned.close();
      throw e;
    }
  }

  private static byte[] ones(Tensor mask) {
    byte[] values = new byte[Math.toIntExact(mask.bytes())];
    Arrays.fill(values, (byte) 1);
    return values;
  }

  @Override
  public List<ByteBuffer> encode(List<ByteBuffer> batch) {
    try (Tensor byTile = pixels.shaped(Shape.of(tiles, normalized.length))) {
      for (int i = 0; i < tiles; i++) {
        normalizer.normalize(batch.get(i), normalized);
        try (Tensor tile = byTile.rows(i, 1)) {
          tile.write(MemorySegment.ofArray(normalized));
        }
      }
    }
    binding.run();
    return read();
  }

  private List<ByteBuffer> read() {
    List<ByteBuffer> all = new ArrayList<>();
    try (Tensor byTile = features.shaped(Shape.of(tiles, features.shape().elements() / tiles))) {
      for (int i = 0; i < tiles; i++) {
        try (Tensor tile = byTile.rows(i, 1)) {
          ByteBuffer copy =
              ByteBuffer.allocate(Math.toIntExact(tile.bytes())).order(ByteOrder.LITTLE_ENDIAN);
          tile.read(MemorySegment.ofBuffer(copy));
          all.add(copy);
        }
      }
    }
    return all;
  }

  @Override
  public void close() {
    owned.close();
  }
}
