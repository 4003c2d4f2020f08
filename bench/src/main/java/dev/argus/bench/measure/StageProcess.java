package dev.argus.bench.measure;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A stage, or all of them, in a process of its own on this machine. */
public final class StageProcess implements AutoCloseable {
  private static final String HOME = "dev.argus.home";
  private static final String READY = " is ready on ";

  /** Pictures and messages; weights and the KV cache are not in the heap. */
  private static final String HEAP = "1g";

  private static final Duration LONGEST_END = Duration.ofSeconds(10);

  private final Process process;
  private final String address;

  private StageProcess(Process process, String address) {
    this.process = process;
    this.address = address;
  }

  /** Starts a stage as {@code argus serve} does, on a free port. */
  public static StageProcess serve(String stage, String... arguments) throws IOException {
    return serve(List.of("--stage=" + stage), arguments);
  }

  /** Starts all stages in one process, as {@code argus serve} does; gRPC on a free port. */
  public static StageProcess serveAll(String... arguments) throws IOException {
    return serve(List.of("--set=argus.gateway.http.port=0"), arguments);
  }

  private static StageProcess serve(List<String> first, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of("serve", "--port=0"));
    all.addAll(first);
    all.addAll(List.of(arguments));
    return start("dev.argus.cli.Main", all);
  }

  /**
   * Starts a process; returns when it says that it is ready.
   *
   * @throws IOException if it ends before
   */
  public static StageProcess start(String mainClass, List<String> arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-Xmx" + HEAP,
                "-D%s=%s".formatted(HOME, System.getProperty(HOME, "")),
                "-cp",
                System.getProperty("java.class.path"),
                mainClass));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().keySet().removeIf(name -> name.startsWith("OTEL_"));
    builder.environment().put("ARGUS_LOG_LEVEL", "WARN");
    Process process = builder.start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    String line = output.readLine();
    while (line != null && !line.contains(READY)) {
      line = output.readLine();
    }
    if (line == null) {
      process.destroyForcibly();
      throw new IOException(mainClass + " " + String.join(" ", arguments) + " did not start");
    }
    return new StageProcess(process, line.substring(line.lastIndexOf(' ') + 1));
  }

  /** Where it is reached, {@code host:port}. */
  public String address() {
    return address;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(LONGEST_END.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
