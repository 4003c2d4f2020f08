package dev.argus.bench.split;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Hands on all bytes of TCP connections, on a free port of this machine, and counts them: messages,
 * and the frames and headers around them. Thread-safe.
 */
final class ByteRelay implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int WAITING_CONNECTIONS = 16;

  private final ServerSocket listener;
  private final URI target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final LongAdder there = new LongAdder();
  private final LongAdder back = new LongAdder();

  /**
   * Bytes.
   *
   * @param there to the one that is called
   * @param back from it
   */
  record Bytes(long there, long back) {

    /** Those since an earlier count. */
    Bytes since(Bytes before) {
      return new Bytes(there - before.there, back - before.back);
    }
  }

  private ByteRelay(ServerSocket listener, URI target) {
    this.listener = listener;
    this.target = target;
  }

  /**
   * Begins.
   *
   * @param target {@code host:port}
   */
  static ByteRelay to(String target) throws IOException {
    ServerSocket listener =
        new ServerSocket(0, WAITING_CONNECTIONS, InetAddress.getLoopbackAddress());
    ByteRelay relay = new ByteRelay(listener, URI.create("tcp://" + target));
    Thread.ofVirtual().start(relay::accept);
    return relay;
  }

  /** Where it is reached, {@code host:port}. */
  String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** The bytes so far, of all connections. */
  Bytes count() {
    return new Bytes(there.sum(), back.sum());
  }

  private void accept() {
    try {
      while (true) {
        connect(listener.accept());
      }
    } catch (IOException e) {
      if (!listener.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Connects the two; where the called cannot be reached, hangs up on the caller. */
  private void connect(Socket caller) throws IOException {
    try {
      Socket called = new Socket(target.getHost(), target.getPort());
      caller.setTcpNoDelay(true);
      called.setTcpNoDelay(true);
      Thread.ofVirtual().start(() -> copy(caller, called, there));
      Thread.ofVirtual().start(() -> copy(called, caller, back));
    } catch (IOException e) {
      caller.close();
    }
  }

  /** Copies until either side has closed, and closes both. */
  private void copy(Socket from, Socket to, LongAdder counter) {
    open.add(from);
    try (from;
        to) {
      InputStream input = from.getInputStream();
      OutputStream output = to.getOutputStream();
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = input.read(buffer); read >= 0; read = input.read(buffer)) {
        counter.add(read);
        output.write(buffer, 0, read);
      }
    } catch (IOException e) {
      // The other direction, or this relay, was closed meanwhile: the connection is over.
    } finally {
      open.remove(from);
    }
  }

  /** Breaks off all connections. */
  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
