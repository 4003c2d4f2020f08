package dev.argus.service.telemetry;

import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Logs of libraries that write them with {@code java.util.logging}, such as gRPC's and
 * OpenTelemetry's.
 */
public final class LibraryLogs {
  private LibraryLogs() {}

  /** Has them in the same format as all others, at the levels of the same configuration. */
  public static void joinOthers() {
    if (!SLF4JBridgeHandler.isInstalled()) {
      SLF4JBridgeHandler.removeHandlersForRootLogger();
      SLF4JBridgeHandler.install();
    }
  }
}
