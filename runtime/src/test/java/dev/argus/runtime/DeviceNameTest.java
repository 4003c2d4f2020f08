package dev.argus.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "auto", "cuda:3"})
  void writesThemAsTheyAreRead(String name) {
    assertThat(DeviceName.parse(name)).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "CPU", "gpu", "cuda:", "cuda:-1", "cuda:x", "cuda:99999999999", "cpu:0"})
  void refusesWhatIsNone(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeviceName.parse(name))
        .withMessage("a device is cpu, cuda:N (N counts GPUs from 0) or auto, not '%s'", name);
  }

  @Test
  void countsGpusFromZero() {
    assertThatIllegalArgumentException().isThrownBy(() -> new DeviceName.Cuda(-1));
  }
}
