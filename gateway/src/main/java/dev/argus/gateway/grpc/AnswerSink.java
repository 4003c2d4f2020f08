package dev.argus.gateway.grpc;

import dev.argus.base.failure.ArgusException;
import dev.argus.v1.GenerateResponse;

/** Where an answer goes, whatever protocol carries it. */
public interface AnswerSink {

  /**
   * Hands on an event; waits while the client is slow.
   *
   * @throws ArgusException when the client is gone, or slower than is waited for
   */
  void send(GenerateResponse event);

  /** The request has failed: a wait in {@link #send} throws the reason. */
  void abort(ArgusException reason);
}
