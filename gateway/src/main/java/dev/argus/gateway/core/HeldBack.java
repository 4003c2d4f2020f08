package dev.argus.gateway.core;

import dev.argus.base.failure.ArgusException;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps a stage idle until all of its work is there: what is sent reaches it with the half-close.
 * The stages then work one after another, which is what overlap is measured against.
 *
 * <p>Holds all messages of a request, where {@link Orchestration} otherwise holds one. One thread
 * sends and half-closes.
 */
final class HeldBack implements StageStream {
  private final StageStream stream;
  private final List<Object> messages = new ArrayList<>();

  HeldBack(StageStream stream) {
    this.stream = stream;
  }

  @Override
  public void send(Object message) {
    messages.add(message);
  }

  @Override
  public void halfClose() {
    messages.forEach(stream::send);
    stream.halfClose();
  }

  @Override
  public StageEvent next() {
    return stream.next();
  }

  @Override
  public void cancel(ArgusException reason) {
    stream.cancel(reason);
  }
}
