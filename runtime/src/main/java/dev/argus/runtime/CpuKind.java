package dev.argus.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * What decides how ONNX Runtime lays out weights on a processor: its architecture, and the vector
 * and matrix instructions that the system says it has.
 */
final class CpuKind {
  /** Of {@code flags} on x86-64 and {@code Features} on ARM. */
  private static final Pattern INSTRUCTIONS =
      Pattern.compile("(avx|amx|sse|ssse|fma|f16c|asimd|sve|sme|i8mm|bf16|fphp).*");

  private CpuKind() {}

  /** A word for this machine's, such as {@code amd64-1f2e3d4c}. */
  static String ofThisMachine() {
    String architecture = System.getProperty("os.arch", "unknown");
    try (Stream<String> cpuinfo = Files.lines(Path.of("/proc/cpuinfo"))) {
      return of(architecture, cpuinfo);
    } catch (IOException | UncheckedIOException e) {
      return of(architecture, Stream.empty());
    }
  }

  /**
   * A word for a processor.
   *
   * @param cpuinfo what Linux says of it; nothing on other systems, where the architecture must do
   */
  static String of(String architecture, Stream<String> cpuinfo) {
    String instructions =
        cpuinfo
            .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
            .limit(1)
            .flatMap(line -> Arrays.stream(line.substring(line.indexOf(':') + 1).split(" ", -1)))
            .filter(flag -> INSTRUCTIONS.matcher(flag).matches())
            .sorted()
            .collect(Collectors.joining(" "));
    CRC32 digest = new CRC32();
    digest.update(instructions.getBytes(StandardCharsets.UTF_8));
    return "%s-%08x".formatted(architecture, digest.getValue());
  }
}
