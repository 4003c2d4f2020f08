package dev.argus.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OrtLibraryTest {
  @TempDir private Path home;

  @Test
  void unpacksTheLibraryOnce() throws IOException {
    Path folder = OrtLibrary.unpackOnce(home);
    FileTime before = FileTime.from(Instant.EPOCH);
    Path library = folder.resolve(System.mapLibraryName("onnxruntime"));
    Files.setLastModifiedTime(library, before);

    assertThat(OrtLibrary.unpackOnce(home)).isEqualTo(folder);

    assertThat(Files.getLastModifiedTime(library)).isEqualTo(before);
    assertThat(folder.resolve(System.mapLibraryName("onnxruntime4j_jni"))).isNotEmptyFile();
    assertThat(entries(home)).containsExactly(folder);
  }

  /** A killed process cannot clean up. ONNX Runtime's own folder stays, but empty. */
  @Test
  void aKilledProcessLeavesNoCopyBehind() throws IOException, InterruptedException {
    Path temporary = Files.createDirectory(home.resolve("tmp"));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Duser.home=" + home,
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                OpensADeviceAndDies.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(output).contains("cpu, 1 thread");
    try (Stream<Path> left = Files.walk(temporary)) {
      assertThat(left).allMatch(Files::isDirectory);
    }
    assertThat(entries(home.resolve(".cache/argus/native"))).hasSize(1);
  }

  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }

  /** The process. */
  static final class OpensADeviceAndDies {
    private OpensADeviceAndDies() {}

    public static void main(String[] arguments) {
      System.out.println(Device.cpu(1).description());
      System.out.flush();
      Runtime.getRuntime().halt(1);
    }
  }
}
