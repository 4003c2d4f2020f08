package dev.argus.service.server;

import dev.argus.service.telemetry.Telemetry;
import io.grpc.ServerBuilder;
import java.util.concurrent.Executors;

/** What the calls of every server go through, whatever carries them. */
final class ServerCalls {
  private ServerCalls() {}

  static void prepare(ServerBuilder<?> builder, Telemetry telemetry) {
    builder.executor(Executors.newVirtualThreadPerTaskExecutor());
    // The last one is the outermost: spans see the statuses that failures become.
    builder.intercept(new LoadReports());
    builder.intercept(new ThrownFailures());
    builder.intercept(telemetry.serverInterceptor());
  }
}
