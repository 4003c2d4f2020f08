package dev.argus.base.failure;

/** The request names something that this server does not have, such as a model. */
public final class NotFound extends ArgusException {
  public NotFound(String message) {
    super(message, null);
  }
}
