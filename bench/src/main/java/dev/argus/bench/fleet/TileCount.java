package dev.argus.bench.fleet;

import dev.argus.v1.GenerateResponse;
import dev.argus.v1.Usage;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.concurrent.atomic.LongAdder;

/** Adds up what answers say of their tiles. Thread-safe. */
final class TileCount implements ClientInterceptor {
  private final LongAdder all = new LongAdder();
  private final LongAdder cached = new LongAdder();

  /**
   * Tiles so far.
   *
   * @param all of the answers
   * @param cached those that were not encoded for them
   */
  record Tiles(long all, long cached) {

    /** Those since an earlier count. */
    Tiles since(Tiles before) {
      return new Tiles(all - before.all, cached - before.cached);
    }

    /** The share that was not encoded; 0 to 1. */
    double hitRate() {
      return all == 0 ? 0 : (double) cached / all;
    }
  }

  Tiles now() {
    return new Tiles(all.sum(), cached.sum());
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<R> listener, Metadata headers) {
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onMessage(R message) {
                count(message);
                super.onMessage(message);
              }
            },
            headers);
      }
    };
  }

  private void count(Object message) {
    if (message instanceof GenerateResponse event && event.hasCompletion()) {
      Usage usage = event.getCompletion().getUsage();
      all.add(usage.getTiles());
      cached.add(usage.getCachedTiles());
    }
  }
}
