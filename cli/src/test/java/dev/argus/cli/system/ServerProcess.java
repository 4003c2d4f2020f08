package dev.argus.cli.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code argus serve} in a process of its own, as a user starts it. */
final class ServerProcess implements AutoCloseable {
  private final Process process;
  private final String address;

  private ServerProcess(Process process, String address) {
    this.process = process;
    this.address = address;
  }

  /** Starts a process on a free port; returns when it says that it is ready. */
  static ServerProcess start(Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.argus.cli.Main",
                "serve",
                "--port",
                "0"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    Process process = builder.start();
    return new ServerProcess(process, readyAddress(process, arguments));
  }

  /** Where it is reached, {@code host:port}. */
  String address() {
    return address;
  }

  /** Asks it to stop, as Ctrl-C and Kubernetes do. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static String readyAddress(Process process, String... arguments) throws IOException {
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    String line = output.readLine();
    while (line != null && !line.contains(" is ready on ")) {
      line = output.readLine();
    }
    if (line == null) {
      throw new IOException("argus serve " + String.join(" ", arguments) + " did not start");
    }
    return line.substring(line.lastIndexOf(' ') + 1);
  }
}
