package dev.argus.bench.recipes;

import dev.argus.base.resource.OpenResources;
import dev.argus.checkpoint.config.ModelConfig;
import dev.argus.encoder.core.VisionTower;
import dev.argus.runtime.Binding;
import dev.argus.runtime.Device;
import dev.argus.runtime.ElementType;
import dev.argus.runtime.Session;
import dev.argus.runtime.Shape;
import dev.argus.runtime.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The vision tower of a standard export, given what a straightforward server gives it: tiles that
 * were normalised to float32 {@code [3, side, side]} and handed over as the bytes of a message. The
 * time for that, which such a server spends before the encoder, is counted apart.
 *
 * <p>Thread-safe; one tile at a time. Owns its session and tensors, not the device.
 */
final class FloatTower implements VisionTower {
  private static final double SCALE = 1.0 / 255;

  private final ModelConfig config;
  private final Tensor pixels;
  private final Tensor features;
  private final Binding binding;
  private final OpenResources owned = new OpenResources();
  private final AtomicLong tensorNanos = new AtomicLong();

  /**
   * @param session the graph, as {@link dev.argus.checkpoint.export.HubExport} writes it; closed
   *     with this
   */
  FloatTower(ModelConfig config, Session session, Device device) {
    this.config = config;
    owned.add(session);
    int side = side();
    this.pixels = owned.add(device.allocate(ElementType.FLOAT32, Shape.of(1, 1, 3, side, side)));
    Tensor mask = owned.add(device.allocate(ElementType.BOOL, Shape.of(1, 1, side, side)));
    byte[] ones = new byte[side * side];
    Arrays.fill(ones, (byte) 1);
    mask.write(MemorySegment.ofArray(ones));
    this.features =
        owned.add(device.allocate(ElementType.FLOAT32, Shape.of(1, visualTokens(), hiddenSize())));
    String output = session.outputs().keySet().iterator().next();
    this.binding =
        owned.add(
            session.bind(
                Map.of("pixel_values", pixels, "pixel_attention_mask", mask),
                Map.of(output, features)));
  }

  @Override
  public int side() {
    return config.vision().imageSize();
  }

  @Override
  public int visualTokens() {
    return config.vision().visualTokens();
  }

  @Override
  public int hiddenSize() {
    return config.text().hiddenSize();
  }

  @Override
  public int maxBatch() {
    return 1;
  }

  @Override
  public synchronized List<ByteBuffer> encode(List<ByteBuffer> tiles) {
    long start = System.nanoTime();
    pixels.write(MemorySegment.ofBuffer(message(tiles.getFirst())));
    tensorNanos.addAndGet(System.nanoTime() - start);
    binding.run();
    ByteBuffer result =
        ByteBuffer.allocate(Math.toIntExact(features.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    features.read(MemorySegment.ofBuffer(result));
    return List.of(result);
  }

  /**
   * As the reference's image processors normalise: each channel less its mean, over its deviation.
   */
  private ByteBuffer message(ByteBuffer tile) {
    int area = side() * side();
    ByteBuffer message = ByteBuffer.allocate(3 * area * Float.BYTES).order(ByteOrder.nativeOrder());
    int first = tile.position();
    for (int channel = 0; channel < 3; channel++) {
      float mean = config.vision().mean().get(channel).floatValue();
      float deviation = config.vision().standardDeviation().get(channel).floatValue();
      for (int pixel = 0; pixel < area; pixel++) {
        int value = Byte.toUnsignedInt(tile.get(first + 3 * pixel + channel));
        message.putFloat(((float) (value * SCALE) - mean) / deviation);
      }
    }
    return message.flip();
  }

  /** What making and handing over float32 took since the last call. */
  long takeTensorNanos() {
    return tensorNanos.getAndSet(0);
  }

  @Override
  public synchronized void close() {
    owned.close();
  }
}
