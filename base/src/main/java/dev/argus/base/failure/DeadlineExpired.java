package dev.argus.base.failure;

/** The time allowed for the request ran out. */
public final class DeadlineExpired extends ArgusException {
  public DeadlineExpired(String message) {
    super(message, null);
  }
}
