package dev.argus.encoder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.runtime.Device;
import dev.argus.runtime.ElementType;
import dev.argus.runtime.Shape;
import dev.argus.runtime.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StagedTilesTest {
  private static final int BYTES = 4096;

  private final Device device = Device.cpu(1);
  private final StagedTiles staged = new StagedTiles(device, Shape.of(BYTES), 3);
  private final List<Tensor> targets = new ArrayList<>();

  @AfterEach
  void close() {
    staged.close();
    targets.forEach(Tensor::close);
    device.close();
  }

  @Test
  void copiesTheTilesThatAreHere() {
    ByteBuffer one = tile(1);
    ByteBuffer three = tile(3);
    staged.stage(one);
    staged.stage(three);

    assertThat(copy(three, tile(2), one)).isEqualTo(BitSet.valueOf(new long[] {0b101}));
    assertThat(contents()).containsExactly(3, 0, 1);
  }

  @Test
  void oneThatIsGivenTwiceIsCopiedTwice() {
    ByteBuffer one = tile(1);
    staged.stage(one);

    assertThat(copy(one, one).cardinality()).isEqualTo(2);
    assertThat(contents()).containsExactly(1, 1);
  }

  /** Another with the same pixels is not it: nobody compares them. */
  @Test
  void knowsATileByItsIdentity() {
    ByteBuffer one = tile(1);
    staged.stage(one);

    assertThat(copy(one.duplicate(), tile(1)).isEmpty()).isTrue();
  }

  @Test
  void theOldestMakesRoom() {
    List<ByteBuffer> tiles = List.of(tile(1), tile(2), tile(3), tile(4), tile(5));
    tiles.forEach(staged::stage);

    assertThat(copy(tiles.toArray(ByteBuffer[]::new)))
        .isEqualTo(BitSet.valueOf(new long[] {0b11100}));
    assertThat(contents()).containsExactly(0, 0, 3, 4, 5);
  }

  @Test
  void nothingIsHereAfterwards() {
    ByteBuffer one = tile(1);
    staged.stage(one);
    staged.close();
    staged.stage(one);

    assertThat(copy(one).isEmpty()).isTrue();
  }

  /** A place may get another tile while it is looked at; what is copied is the tile's own. */
  @Test
  void noTileIsMixedWithAnother() {
    List<ByteBuffer> tiles = new ArrayList<>();
    for (int number = 1; number <= 8; number++) {
      tiles.add(tile(number));
    }
    AtomicBoolean done = new AtomicBoolean();
    int copies = 0;
    try (ExecutorService stagers = Executors.newFixedThreadPool(2)) {
      for (int stager = 0; stager < 2; stager++) {
        int offset = 3 * stager;
        var _ =
            stagers.submit(() -> {
              for (int i = 0; !done.get(); i++) {
                staged.stage(tiles.get((i + offset) % tiles.size()));
              }
            });
      }
      try {
        for (int round = 0; round < 1_000_000 && copies < 2_000; round++) {
          BitSet copied = copy(tiles.toArray(ByteBuffer[]::new));
          copies += copied.cardinality();
          copied.stream().forEach(i -> assertThat(bytes(i)).containsOnly(i + 1));
        }
      } finally {
        done.set(true);
      }
    }
    assertThat(copies).isGreaterThanOrEqualTo(2_000);
  }

  private static ByteBuffer tile(int number) {
    byte[] pixels = new byte[BYTES];
    Arrays.fill(pixels, (byte) number);
    return ByteBuffer.wrap(pixels);
  }

  private BitSet copy(ByteBuffer... tiles) {
    while (targets.size() < tiles.length) {
      targets.add(device.allocate(ElementType.UINT8, Shape.of(BYTES)));
    }
    return staged.copy(List.of(tiles), targets);
  }

  /** The first byte of each target. */
  private List<Integer> contents() {
    List<Integer> contents = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      contents.add((int) bytes(i)[0]);
    }
    return contents;
  }

  private byte[] bytes(int target) {
    byte[] bytes = new byte[BYTES];
    targets.get(target).read(MemorySegment.ofArray(bytes));
    return bytes;
  }
}
