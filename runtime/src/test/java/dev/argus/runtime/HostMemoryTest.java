package dev.argus.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HostMemoryTest {
  private static final long MEBIBYTE = 1 << 20;

  @ParameterizedTest
  @ValueSource(longs = {1, 63, MEBIBYTE - 1, MEBIBYTE, MEBIBYTE + 1, 30 * MEBIBYTE + 5})
  void isZeroAndAlignedAndWritableToItsEnd(long bytes) {
    for (int again = 0; again < 3; again++) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment memory = HostMemory.INSTANCE.allocate(bytes, arena);

        assertThat(memory.byteSize()).isEqualTo(bytes);
        assertThat(memory.address() % 64).isZero();
        assertThat(memory.mismatch(arena.allocate(bytes))).isEqualTo(-1);
        memory.fill((byte) -1);
        assertThat(memory.get(ValueLayout.JAVA_BYTE, bytes - 1)).isEqualTo((byte) -1);
      }
    }
  }

  @Test
  void saysWhenThereIsNotEnough() {
    try (Arena arena = Arena.ofConfined()) {
      assertThatExceptionOfType(OutOfMemoryError.class)
          .isThrownBy(() -> HostMemory.INSTANCE.allocate(1L << 60, arena));
    }
  }

  /** What the C library freed it fills with zeros to give it again; see the design note. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void takesNoMemoryUntilItIsWrittenTo() throws IOException {
    long bytes = 24 * MEBIBYTE;
    for (int i = 0; i < 4; i++) {
      try (Arena arena = Arena.ofConfined()) {
        arena.allocate(bytes + i * MEBIBYTE);
      }
    }
    try (Arena arena = Arena.ofConfined()) {
      long before = anonymousBytes();
      for (int i = 0; i < 20; i++) {
        HostMemory.INSTANCE.allocate(bytes, arena);
      }

      assertThat(anonymousBytes() - before).isLessThan(5 * bytes);
    }
  }

  private static long anonymousBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("RssAnon:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    throw new IOException("no RssAnon");
  }
}
