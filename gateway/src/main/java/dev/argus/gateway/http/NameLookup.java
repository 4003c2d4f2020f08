package dev.argus.gateway.http;

import dev.argus.base.failure.Overloaded;
import io.grpc.Context;
import io.grpc.Context.CancellationListener;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Resolves names for connections: to addresses that may be connected to, or not at all.
 *
 * <p>The system's lookup cannot be interrupted and holds its thread, and how long it takes is up to
 * the name's owner. So it runs on a few platform threads of its own, never on a carrier of virtual
 * threads; who waits for it stops waiting when its gRPC context is cancelled. Thread-safe.
 */
final class NameLookup implements DnsResolver, AutoCloseable {
  private static final int THREADS = 8;
  private static final int WAITING = 64;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final Resolver resolver;
  private final Predicate<InetAddress> reachable;
  private final ThreadPoolExecutor threads;

  /**
   * @param reachable which addresses may be connected to
   */
  NameLookup(Resolver resolver, Predicate<InetAddress> reachable) {
    this.resolver = resolver;
    this.reachable = reachable;
    this.threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            Thread.ofPlatform().daemon().name("argus-gateway-lookup-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /** Gives the addresses of a name. */
  @FunctionalInterface
  interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  /** A name that leads where nobody is led to. */
  static final class RefusedAddress extends UnknownHostException {}

  /**
   * The addresses of a name.
   *
   * @throws RefusedAddress when one of them may not be connected to
   * @throws UnknownHostException when it has none, or the context is cancelled
   * @throws Overloaded when too many names are being looked up
   */
  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    InetAddress[] addresses = await(begin(host), host);
    for (InetAddress address : addresses) {
      if (!reachable.test(address)) {
        throw new RefusedAddress();
      }
    }
    return addresses;
  }

  private FutureTask<InetAddress[]> begin(String host) {
    var lookup = new FutureTask<>(() -> resolver.resolve(host));
    try {
      threads.execute(lookup);
      return lookup;
    } catch (RejectedExecutionException e) {
      throw new Overloaded("Too many names of hosts are being looked up", RETRY_AFTER);
    }
  }

  private InetAddress[] await(FutureTask<InetAddress[]> lookup, String host)
      throws UnknownHostException {
    Context caller = Context.current();
    CancellationListener ending = _ -> lookup.cancel(true);
    caller.addListener(ending, Runnable::run);
    try {
      return lookup.get();
    } catch (CancellationException e) {
      threads.remove(lookup); // If it has not begun, its place in the queue is free again.
      throw new UnknownHostException(host);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownHostException unknown) {
        throw unknown;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnknownHostException(host);
    } finally {
      caller.removeListener(ending);
    }
  }

  @Override
  public String resolveCanonicalHostname(String host) {
    return host;
  }

  /** Gives up what is being looked up. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
