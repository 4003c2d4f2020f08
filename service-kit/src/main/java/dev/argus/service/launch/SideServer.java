package dev.argus.service.launch;

import java.util.concurrent.CompletionStage;

/**
 * A server of another protocol in a stage's process, beside its gRPC server. A bean of this type is
 * started once the stage is ready, and closed with the context.
 */
public interface SideServer {

  /**
   * Begins to serve.
   *
   * @throws RuntimeException when it cannot, such as when its port is taken
   */
  void start();

  /** Where it is reached, as a URL. */
  String address();

  /** Takes no more requests; complete when those that are open have ended. Does not wait. */
  CompletionStage<?> drain();
}
