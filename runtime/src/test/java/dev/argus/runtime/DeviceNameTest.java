package dev.argus.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DeviceNameTest {

  @Test
  void readsNames() {
    assertThat(DeviceName.parse("cpu")).isEqualTo(new DeviceName.Cpu());
    assertThat(DeviceName.parse("auto")).isEqualTo(new DeviceName.Auto());
    assertThat(DeviceName.parse("cuda")).isEqualTo(new DeviceName.Cuda(0));
    assertThat(DeviceName.parse("cuda:12")).isEqualTo(new DeviceName.Cuda(12));
    assertThat(DeviceName.parse("cuda:1@8GB"))
        .isEqualTo(new DeviceName.Cuda(1, OptionalInt.of(8192)));
    assertThat(DeviceName.parse("cuda@500MB"))
        .isEqualTo(new DeviceName.Cuda(0, OptionalInt.of(500)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "auto", "cuda:3", "cuda:3@300MB"})
  void writesThemAsTheyAreRead(String name) {
    assertThat(DeviceName.parse(name)).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "CPU",
        "gpu",
        "cuda:",
        "cuda:-1",
        "cuda:x",
        "cuda:99999999999",
        "cpu:0",
        "cuda:0@",
        "cuda:0@8",
        "cuda:0@-1GB",
        "cuda:0@8TB",
        "cpu@8GB"
      })
  void refusesWhatIsNone(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeviceName.parse(name))
        .withMessage(
            "a device is cpu, cuda:N (N counts GPUs from 0), cuda:N@8GB (at most so much of its memory for a graph) or auto, not '%s'",
            name);
  }

  @Test
  void countsGpusFromZero() {
    assertThatIllegalArgumentException().isThrownBy(() -> new DeviceName.Cuda(-1));
  }

  @Test
  void aGraphTakesSomeMemory() {
    assertThatIllegalArgumentException().isThrownBy(() -> DeviceName.parse("cuda:0@0GB"));
  }

  @Test
  void whatIsSaidOfAGpuIsTold() {
    var gpu = (DeviceName.Cuda) DeviceName.parse("cuda:2@8GB");

    assertThat(CudaDevice.settings(gpu, Recording.ON))
        .containsEntry("device_id", "2")
        .containsEntry("gpu_mem_limit", "8589934592")
        .containsEntry("enable_cuda_graph", "1");
    assertThat(CudaDevice.settings(new DeviceName.Cuda(0), Recording.OFF))
        .doesNotContainKeys("gpu_mem_limit", "enable_cuda_graph");
  }
}
