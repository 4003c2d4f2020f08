package dev.argus.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class LongCommandLineTest {

  /** ONNX Runtime 1.29's telemetry crashes the process at 4000 characters: {@link OrtVariables}. */
  @Test
  void startsWhateverTheCommandLine() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Dlong=" + "/some/where/some-1.0.jar:".repeat(2000),
            OpensADevice.class.getName());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));

    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(output).contains("cpu, 1 thread");
    assertThat(process.exitValue()).isZero();
  }

  /** The process. */
  static final class OpensADevice {
    private OpensADevice() {}

    public static void main(String[] arguments) {
      try (Device device = Device.cpu(1)) {
        System.out.println(device.description());
      }
    }
  }
}
