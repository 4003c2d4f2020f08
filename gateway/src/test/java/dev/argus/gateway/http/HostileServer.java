package dev.argus.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers GETs with what it was told to, well-formed or not. */
final class HostileServer implements AutoCloseable {
  /** Writes an answer, until it is done or the client has gone. */
  @FunctionalInterface
  interface Answer {
    void write(OutputStream out) throws IOException, InterruptedException;
  }

  private final ServerSocket socket;
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger connections = new AtomicInteger();

  /** Listens on a free port of an address. */
  HostileServer(InetAddress address) throws IOException {
    socket = new ServerSocket(0, 50, address);
    Thread.ofVirtual().start(this::serve);
  }

  int port() {
    return socket.getLocalPort();
  }

  int connections() {
    return connections.get();
  }

  /** Answers a path so. */
  void on(String path, Answer answer) {
    answers.put(path, answer);
  }

  /** Answers a path with fixed bytes, and then hangs up. */
  void on(String path, String answer) {
    on(path, out -> out.write(answer.getBytes(ISO_8859_1)));
  }

  /** Answers a path with a piece again and again, so many milliseconds apart. */
  void onEndlessly(String path, String head, String piece, int pauseMillis) {
    on(
        path,
        out -> {
          out.write(head.getBytes(ISO_8859_1));
          do {
            out.write(piece.getBytes(ISO_8859_1));
            out.flush();
          } while (!closed.await(pauseMillis, TimeUnit.MILLISECONDS));
        });
  }

  private void serve() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> answer(client));
      } catch (IOException e) {
        return; // Closed.
      }
    }
  }

  private void answer(Socket client) {
    try (client) {
      var reader = new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1));
      String request = reader.readLine();
      String path = request.substring(request.indexOf(' ') + 1, request.lastIndexOf(' '));
      for (String line = reader.readLine(); line != null && !line.isEmpty(); ) {
        line = reader.readLine();
      }
      Objects.requireNonNull(answers.get(path), path).write(client.getOutputStream());
    } catch (IOException | InterruptedException e) {
      // The client has hung up, as it should.
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
