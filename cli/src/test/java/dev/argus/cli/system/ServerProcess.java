package dev.argus.cli.system;

import dev.argus.testdata.Golden;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code argus serve} in a process of its own, as a user starts it. */
final class ServerProcess implements AutoCloseable {
  private static final Duration END_LIMIT = Duration.ofSeconds(10);

  private final Process process;
  private final String readyLine;

  private ServerProcess(Process process, String readyLine) {
    this.process = process;
    this.readyLine = readyLine;
  }

  /** Starts a process on a free port; returns when it says that it is ready. */
  static ServerProcess start(Map<String, String> environment, String... arguments)
      throws IOException {
    return start(0, environment, arguments);
  }

  /** The same on a given port. */
  static ServerProcess start(int port, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Ddev.argus.home=" + Golden.repository(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.argus.cli.Main",
                "serve",
                "--port",
                Integer.toString(port)));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("ARGUS_GATEWAY_HTTP_PORT", "0"); // Of no concern to other stages.
    builder.environment().putAll(environment);
    Process process = builder.start();
    return new ServerProcess(process, readyLine(process, arguments));
  }

  /** Where its HTTP server is reached. */
  URI http() {
    Matcher url = Pattern.compile("http://\\S+").matcher(readyLine);
    if (!url.find()) {
      throw new IllegalStateException("no HTTP in: " + readyLine);
    }
    return URI.create(url.group());
  }

  /** Where it is reached, {@code host:port}. */
  String address() {
    return readyLine.substring(readyLine.lastIndexOf(' ') + 1);
  }

  /** Asks it to stop, as Kubernetes does; Ctrl-C has the same effect. Does not wait. */
  void askToStop() {
    process.destroy();
  }

  /** Whether it ends within a time. */
  boolean ends(Duration limit) throws InterruptedException {
    return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    askToStop();
    try {
      if (!ends(END_LIMIT)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static String readyLine(Process process, String... arguments) throws IOException {
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    String line = output.readLine();
    while (line != null && !line.contains(" is ready on ")) {
      line = output.readLine();
    }
    if (line == null) {
      throw new IOException("argus serve " + String.join(" ", arguments) + " did not start");
    }
    return line;
  }
}
