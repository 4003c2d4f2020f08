package dev.argus.service.launch;

import dev.argus.base.failure.ArgusException;
import io.micronaut.context.exceptions.BeanContextException;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;

/** Says in plain words why a stage did not start. */
final class StartFailure {
  private static final String MARK = "Message: ";

  private StartFailure() {}

  /** The message of the failure that a person can act on: the innermost but for wrappers. */
  static String explain(Throwable failure) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable cause = failure;
        cause != null && !chain.contains(cause);
        cause = cause.getCause()) {
      chain.add(cause);
    }
    return chain.stream()
        .filter(ArgusException.class::isInstance)
        .findFirst()
        .or(() -> chain.reversed().stream().filter(cause -> cause.getMessage() != null).findFirst())
        .map(StartFailure::message)
        .orElse(failure.toString());
  }

  private static String message(Throwable cause) {
    return switch (cause) {
      case BindException taken -> "its port is taken (" + taken.getMessage() + ")";
      case BeanContextException wrapper -> innermost(String.valueOf(wrapper.getMessage()));
      default -> String.valueOf(cause.getMessage());
    };
  }

  /** Micronaut nests its messages in one text: the last line marked so is the cause. */
  private static String innermost(String nested) {
    return nested
        .lines()
        .filter(line -> line.startsWith(MARK))
        .reduce((first, second) -> second)
        .map(line -> line.substring(MARK.length()))
        .orElse(nested.lines().findFirst().orElse(""));
  }
}
