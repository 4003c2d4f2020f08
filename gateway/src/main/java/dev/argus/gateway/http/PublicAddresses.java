package dev.argus.gateway.http;

import java.net.InetAddress;
import java.util.List;

/**
 * The addresses that belong to somebody on the public internet, by IANA's special-purpose
 * registries (RFC 6890 and what came after it). Everything else leads into a network that a
 * stranger's URL has no business in: this host, its neighbours, a cloud's metadata service.
 */
final class PublicAddresses {
  /** IPv4 ranges that are not public. */
  private static final List<Range> SPECIAL_V4 =
      List.of(
          Range.of("0.0.0.0", 8), // this network
          Range.of("10.0.0.0", 8), // private
          Range.of("100.64.0.0", 10), // shared by a carrier's customers
          Range.of("127.0.0.0", 8), // loopback
          Range.of("169.254.0.0", 16), // link-local
          Range.of("172.16.0.0", 12), // private
          Range.of("192.0.0.0", 24), // protocol assignments
          Range.of("192.0.2.0", 24), // documentation
          Range.of("192.88.99.0", 24), // 6to4 relays
          Range.of("192.168.0.0", 16), // private
          Range.of("198.18.0.0", 15), // benchmarks
          Range.of("198.51.100.0", 24), // documentation
          Range.of("203.0.113.0", 24), // documentation
          Range.of("224.0.0.0", 4), // multicast
          Range.of("240.0.0.0", 4)); // reserved, broadcast

  /**
   * All of IPv6 that is handed out: loopback, mapped, NAT64, unique-local, multicast lie outside.
   */
  private static final Range GLOBAL_V6 = Range.of("2000::", 3);

  /** What of it is not public. */
  private static final List<Range> SPECIAL_V6 =
      List.of(
          Range.of("2001::", 23), // protocol assignments, Teredo
          Range.of("2001:db8::", 32), // documentation
          Range.of("2002::", 16), // 6to4: holds an IPv4 address
          Range.of("3fff::", 20)); // documentation

  private PublicAddresses() {}

  /** Whether an address is public. An IPv4 address that is mapped into IPv6 counts as itself. */
  static boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress(); // Java unmaps mapped addresses itself.
    return bytes.length == 4
        ? SPECIAL_V4.stream().noneMatch(range -> range.contains(bytes))
        : GLOBAL_V6.contains(bytes)
            && SPECIAL_V6.stream().noneMatch(range -> range.contains(bytes));
  }

  private record Range(InetAddress first, int bits) {
    static Range of(String first, int bits) {
      return new Range(InetAddress.ofLiteral(first), bits);
    }

    boolean contains(byte[] address) {
      byte[] start = first.getAddress();
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % 8);
        if ((start[bit / 8] & mask) != (address[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }
}
