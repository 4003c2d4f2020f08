package dev.argus.gateway.grpc;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The virtual threads that live, which the JDK tells in a thread dump only. */
final class VirtualThreads {
  private VirtualThreads() {}

  /** Names of those whose name begins so. */
  static List<String> named(Path folder, String prefix) throws IOException {
    Path dump = Files.createTempFile(folder, "threads", ".txt");
    Files.delete(dump);
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpThreads(dump.toString(), ThreadDumpFormat.TEXT_PLAIN);
    return Files.readAllLines(dump).stream().filter(line -> line.contains("\"" + prefix)).toList();
  }
}
