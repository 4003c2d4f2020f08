package dev.argus.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class CpuKindTest {
  private static final String AVX2 = "flags\t\t: fpu vme sse avx avx2 fma";

  @Test
  void differsWithTheInstructionsThatDecideHowWeightsLie() {
    assertThat(x86(AVX2))
        .startsWith("amd64-")
        .isNotEqualTo(x86(AVX2 + " avx512f"))
        .isNotEqualTo(x86(AVX2 + " amx_int8"))
        .isNotEqualTo(CpuKind.of("aarch64", Stream.of(AVX2)));
    assertThat(arm("asimd asimddp")).isNotEqualTo(arm("asimd asimddp i8mm"));
  }

  @Test
  void isTheSameWhateverElseTheSystemSays() {
    assertThat(x86("flags : avx2 fma sse hypervisor avx", "processor : 1", AVX2 + " avx512f"))
        .isEqualTo(x86(AVX2));
  }

  @Test
  void doesWithTheArchitectureWhereTheSystemSaysNothing() {
    assertThat(x86()).isEqualTo("amd64-00000000");
  }

  private static String x86(String... cpuinfo) {
    return CpuKind.of("amd64", Stream.of(cpuinfo));
  }

  private static String arm(String features) {
    return CpuKind.of("aarch64", Stream.of("Features\t: fp " + features));
  }
}
