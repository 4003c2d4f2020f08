package dev.argus.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.argus.base.failure.ModelFault;
import dev.argus.runtime.capi.CudaRuntime;
import dev.argus.runtime.capi.OrtEnv;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is said where a GPU cannot be used; that one can is beyond these tests. */
final class CudaNeedsTest {
  private static final List<String> WITH_CUDA =
      List.of("CUDAExecutionProvider", "CPUExecutionProvider");

  @Test
  void aBuildForProcessorsSaysHowToBuildAnother() {
    assertThatExceptionOfType(ModelFault.class)
        .isThrownBy(() -> CudaNeeds.require(List.of("CPUExecutionProvider"), _ -> true))
        .withMessageContaining("./mvnw -Pcuda package");
  }

  @Test
  void namesEverythingThatIsMissing() {
    Set<String> there = Set.of("libcuda.so.1", "libcudart.so.12", "libcurand.so.10");

    assertThatExceptionOfType(ModelFault.class)
        .isThrownBy(() -> CudaNeeds.require(WITH_CUDA, there::contains))
        .withMessageContaining(
            "install CUDA 12 (libcublas.so.12, libcublasLt.so.12); cuDNN 9 for CUDA 12 (libcudnn.so.9), and");
  }

  @Test
  void theDriverIsNamedFirst() {
    assertThatExceptionOfType(ModelFault.class)
        .isThrownBy(() -> CudaNeeds.require(WITH_CUDA, _ -> false))
        .withMessageContaining("install NVIDIA's driver, 525 or newer (libcuda.so.1); CUDA 12 (");
  }

  @Test
  void isContentWithAll() {
    CudaNeeds.require(WITH_CUDA, _ -> true);
  }

  @Test
  void aGpuThatCannotBeUsedIsAFaultAndNeverTheProcessor() {
    assumeNoGpu();

    assertThatExceptionOfType(ModelFault.class)
        .isThrownBy(() -> Device.open(DeviceName.parse("cuda:0"), 2));
  }

  @Test
  void whoAsksForTheFastestGetsTheProcessorThen() {
    assumeNoGpu();

    try (Device device = Device.open(DeviceName.parse("auto"), 2)) {
      assertThat(device.description()).isEqualTo("cpu, 2 threads");
    }
  }

  private static void assumeNoGpu() {
    try (Device cpu = Device.open(new DeviceName.Cpu(), 2)) {
      assertThat(cpu.description()).isEqualTo("cpu, 2 threads");
    }
    assumeFalse(
        OrtEnv.providers().contains(CudaNeeds.PROVIDER) && CudaRuntime.canLoad("libcuda.so.1"));
  }
}
