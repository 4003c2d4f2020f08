package dev.argus.cli;

import dev.argus.base.failure.ArgusException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Tells what went wrong in one line, or with a stack trace for those who asked for it. */
final class FailureReport implements IExecutionExceptionHandler {
  private final GlobalOptions options;

  FailureReport(GlobalOptions options) {
    this.options = options;
  }

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, ParseResult arguments) {
    if (options.verbose()) {
      failure.printStackTrace(command.getErr());
    } else {
      command.getErr().println("argus: " + line(failure));
    }
    command.getErr().flush();
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** What went wrong, without a line end. */
  static String line(Throwable failure) {
    return switch (failure) {
      case StatusRuntimeException status -> line(status.getStatus());
      case Failure mendable -> message(mendable);
      case ArgusException known -> message(known);
      case UncheckedIOException wrapper -> line(Objects.requireNonNull(wrapper.getCause()));
      case NoSuchFileException missing -> "no such file: " + missing.getFile();
      case AccessDeniedException denied -> "may not be read: " + denied.getFile();
      case IOException io -> message(io);
      default -> failure + " (--verbose shows where)";
    };
  }

  private static String line(Status status) {
    String description = Objects.requireNonNullElse(status.getDescription(), "no details");
    return switch (status.getCode()) {
      case INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION -> description;
      case CANCELLED -> "cancelled";
      case UNAVAILABLE -> "cannot reach the server: " + cause(status, description);
      default -> "%s (%s)".formatted(description, status.getCode());
    };
  }

  private static String cause(Status status, String description) {
    Throwable cause = status.getCause();
    return cause == null ? description : description + ": " + message(cause);
  }

  private static String message(Throwable failure) {
    return Objects.requireNonNullElseGet(
        failure.getMessage(), () -> failure.getClass().getSimpleName());
  }
}
