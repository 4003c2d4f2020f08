package dev.argus.base.failure;

/**
 * Tensors or ids of one checkpoint reached a stage that serves another: the stages are configured
 * differently.
 */
public final class WrongCheckpoint extends ArgusException {
  public WrongCheckpoint(String message) {
    super(message, null);
  }
}
