package dev.argus.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.argus.base.failure.ModelFault;
import dev.argus.runtime.capi.CudaFault;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A GPU's memory, through the native calls of CUDA's runtime, on a {@link FakeCuda}. */
final class CudaMemoryTest {
  private static final int MEBIBYTE = 1 << 20;

  private final FakeCuda cuda = new FakeCuda(2, 64 * MEBIBYTE);
  private final CudaMemory memory = new CudaMemory(cuda.runtime(), 1);

  @AfterEach
  void nothingIsLeft() {
    memory.close();
    assertThat(cuda.streams()).isZero();
    assertThat(cuda.allocations()).isZero();
    cuda.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, MEBIBYTE - 1, MEBIBYTE, MEBIBYTE + 1, 5 * MEBIBYTE + 3})
  void givesBackWhatWasWritten(int bytes) {
    byte[] written = random(bytes);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment onGpu = memory.allocate(bytes, arena);
      byte[] read = random(bytes);
      memory.read(onGpu, MemorySegment.ofArray(read), bytes);
      assertThat(read).isEqualTo(new byte[bytes]);

      memory.write(MemorySegment.ofArray(written), onGpu, bytes);
      assertThat(cuda.unfinished()).isZero();
      memory.read(onGpu, MemorySegment.ofArray(read), bytes);
      assertThat(read).isEqualTo(written);

      MemorySegment outsideTheHeap = arena.allocate(Math.max(1, bytes)).asSlice(0, bytes);
      memory.read(onGpu, outsideTheHeap, bytes);
      assertThat(outsideTheHeap.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(written);

      MemorySegment other = memory.allocate(bytes, arena);
      memory.copy(onGpu, other);
      assertThat(cuda.unfinished()).isZero();
      memory.write(outsideTheHeap.fill((byte) 7), onGpu, bytes);
      memory.read(other, MemorySegment.ofArray(read), bytes);
      assertThat(read).isEqualTo(written);
    }
  }

  @Test
  void tellsOfItsGpus() {
    assertThat(cuda.runtime().devices()).isEqualTo(2);
    assertThat(cuda.runtime().totalBytes(1)).isEqualTo(64 * MEBIBYTE);
    assertThatExceptionOfType(CudaFault.class).isThrownBy(() -> cuda.runtime().totalBytes(2));
  }

  @Test
  void tensorsLieInIt() {
    float[] values = {1, 2, 3, 4, 5, 6};
    try (Tensor tensor = MemoryTensor.allocate(memory, ElementType.FLOAT32, Shape.of(3, 2));
        Tensor other = MemoryTensor.allocate(memory, ElementType.FLOAT32, Shape.of(2, 2));
        Tensor last = tensor.rows(2, 1)) {
      tensor.write(MemorySegment.ofArray(values));
      float[] row = new float[2];
      last.read(MemorySegment.ofArray(row));
      assertThat(row).containsExactly(5, 6);

      other.copy(tensor, 2, 0, 4);
      float[] copied = new float[4];
      other.read(MemorySegment.ofArray(copied));
      assertThat(copied).containsExactly(3, 4, 5, 6);
    }
  }

  @Test
  void waitsOnceForCopiesThatAreMadeTogether() {
    byte[] here = random(100);
    byte[] there = random(101);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment one = memory.allocate(100, arena);
      MemorySegment other = memory.allocate(100, arena);
      MemorySegment scratch = memory.allocate(100, arena);
      memory.write(MemorySegment.ofArray(here), one, 100);
      memory.write(MemorySegment.ofArray(there), other, 100);

      memory.copyTogether(() -> {
        memory.copy(one, scratch);
        memory.copy(other, one);
        memory.copy(scratch, other);
        assertThat(cuda.unfinished()).isEqualTo(3);
      });

      assertThat(cuda.unfinished()).isZero();
      byte[] read = new byte[100];
      memory.read(other, MemorySegment.ofArray(read), 100);
      assertThat(read).isEqualTo(here);
      memory.read(one, MemorySegment.ofArray(read), 100);
      assertThat(read).isEqualTo(Arrays.copyOf(there, 100));
    }
  }

  @Test
  void manyCopyAtOnce() throws Exception {
    try (Arena arena = Arena.ofShared();
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Callable<Boolean>> copying = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        MemorySegment onGpu = memory.allocate(2 * MEBIBYTE, arena);
        byte[] written = random(2 * MEBIBYTE, thread);
        copying.add(() -> givesBackEachTime(onGpu, written));
      }
      for (Future<Boolean> same : threads.invokeAll(copying)) {
        assertThat(same.get()).isTrue();
      }
      assertThat(cuda.streams()).isBetween(1, 8);
    }
  }

  private boolean givesBackEachTime(MemorySegment onGpu, byte[] written) {
    byte[] read = new byte[written.length];
    for (int again = 0; again < 20; again++) {
      memory.write(MemorySegment.ofArray(written), onGpu, written.length);
      Arrays.fill(read, (byte) 0);
      memory.read(onGpu, MemorySegment.ofArray(read), read.length);
      if (!Arrays.equals(written, read)) {
        return false;
      }
    }
    return true;
  }

  @Test
  void saysWhenThereIsNotEnough() {
    Shape tooLarge = Shape.of(65 * MEBIBYTE);
    assertThatExceptionOfType(ModelFault.class)
        .isThrownBy(() -> MemoryTensor.allocate(memory, ElementType.UINT8, tooLarge))
        .withMessageContaining("no memory for")
        .havingRootCause()
        .withMessage("CUDA error 2: error 2 of the fake");
  }

  @Test
  void aFaultIsToldAndItsStreamIsNotUsedAgain() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment onGpu = memory.allocate(8, arena);
      byte[] written = random(8);
      cuda.failWith(700);
      assertThatExceptionOfType(CudaFault.class)
          .isThrownBy(() -> memory.write(MemorySegment.ofArray(written), onGpu, 8))
          .withMessage("CUDA error 700: error 700 of the fake");
      assertThat(cuda.streams()).isZero();

      cuda.failWith(0);
      memory.write(MemorySegment.ofArray(written), onGpu, 8);
      byte[] read = new byte[8];
      memory.read(onGpu, MemorySegment.ofArray(read), 8);
      assertThat(read).isEqualTo(written);
    }
  }

  @Test
  void copiesThatCannotBeMadeLeaveNoStream() {
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() ->
            memory.copyTogether(() -> {
              throw new IllegalStateException("closed");
            }));
    assertThat(cuda.streams()).isZero();
  }

  @Test
  void whatIsUsedAfterClosingLeavesNoStream() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment onGpu = memory.allocate(8, arena);
      memory.close();
      memory.write(MemorySegment.ofArray(random(8)), onGpu, 8);
      assertThat(cuda.streams()).isZero();
    }
  }

  private static byte[] random(int bytes) {
    return random(bytes, bytes);
  }

  private static byte[] random(int bytes, int seed) {
    byte[] random = new byte[bytes];
    new Random(seed).nextBytes(random);
    return random;
  }
}
