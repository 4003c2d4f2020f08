package dev.argus.base.failure;

/** The caller gave up, or stopped reading for longer than the server waits. */
public final class Cancelled extends ArgusException {
  public Cancelled(String message) {
    super(message, null);
  }
}
