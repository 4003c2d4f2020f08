package dev.argus.gateway.core;

import dev.argus.base.failure.ArgusException;
import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.DeadlineExpired;
import dev.argus.base.failure.InvalidInput;
import dev.argus.base.failure.ModelFault;
import dev.argus.base.failure.NotFound;
import dev.argus.base.failure.Overloaded;
import dev.argus.base.failure.Upstream;
import dev.argus.base.failure.WrongCheckpoint;
import java.util.Locale;

/** How a request ended: few words to count by, where the failure has the details. */
public enum Outcome {
  COMPLETED,
  INVALID_INPUT,
  NOT_FOUND,
  OVERLOADED,
  DEADLINE_EXPIRED,
  CANCELLED,
  UPSTREAM,
  FAULT;

  /** What a failure counts as. */
  public static Outcome of(Throwable failure) {
    return failure instanceof ArgusException known ? of(known) : FAULT;
  }

  private static Outcome of(ArgusException failure) {
    return switch (failure) {
      case InvalidInput _ -> INVALID_INPUT;
      case NotFound _ -> NOT_FOUND;
      case Overloaded _ -> OVERLOADED;
      case DeadlineExpired _ -> DEADLINE_EXPIRED;
      case Cancelled _ -> CANCELLED;
      case Upstream _ -> UPSTREAM;
      case ModelFault _, WrongCheckpoint _ -> FAULT;
    };
  }

  /** The word that logs and metrics use. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
