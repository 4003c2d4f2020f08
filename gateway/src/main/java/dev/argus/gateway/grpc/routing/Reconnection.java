package dev.argus.gateway.grpc.routing;

import io.grpc.ManagedChannel;
import io.grpc.NameResolver.Args;

/**
 * Makes a channel try its lost connections again at once. gRPC itself waits longer after each
 * attempt, up to two minutes, and that long a replica that is back would be without work. Travels
 * with the channel's arguments, as {@link Routing} does, since the channel is made after it.
 * Thread-safe.
 */
final class Reconnection {
  static final Args.Key<Reconnection> KEY = Args.Key.create("dev.argus.routing.reconnection");

  private volatile Runnable attempt = () -> {};

  /** Whose connections they are. */
  void of(ManagedChannel channel) {
    attempt = channel::resetConnectBackoff;
  }

  /** Tries. */
  void now() {
    attempt.run();
  }
}
