package dev.argus.bench.split;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.bench.split.ByteRelay.Bytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class ByteRelayTest {
  @Test
  void handsOnAndCountsBothWays() throws IOException {
    try (ServerSocket called = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ByteRelay relay = ByteRelay.to("127.0.0.1:" + called.getLocalPort());
        Socket caller = connect(relay);
        Socket callee = called.accept()) {
      caller.getOutputStream().write(ascii("a question"));
      assertThat(callee.getInputStream().readNBytes(10)).isEqualTo(ascii("a question"));
      callee.getOutputStream().write(ascii("answer"));
      assertThat(caller.getInputStream().readNBytes(6)).isEqualTo(ascii("answer"));

      assertThat(relay.count()).isEqualTo(new Bytes(10, 6));
      assertThat(relay.count().since(new Bytes(4, 6))).isEqualTo(new Bytes(6, 0));

      callee.shutdownOutput();
      assertThat(caller.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void hangsUpWhereNobodyIsReached() throws IOException {
    int free;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = closed.getLocalPort();
    }
    try (ByteRelay relay = ByteRelay.to("127.0.0.1:" + free);
        Socket caller = connect(relay)) {
      assertThat(caller.getInputStream().read()).isEqualTo(-1);
    }
  }

  private static Socket connect(ByteRelay relay) throws IOException {
    URI address = URI.create("tcp://" + relay.address());
    return new Socket(address.getHost(), address.getPort());
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
