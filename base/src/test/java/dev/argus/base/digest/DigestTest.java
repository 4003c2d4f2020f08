package dev.argus.base.digest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class DigestTest {
  /** FIPS 180-2, appendix B.1. */
  private static final String OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void isSha256() {
    assertThat(Digest.of("abc".getBytes(US_ASCII))).hasToString(OF_ABC);
  }

  @Test
  void standsForWhatIsBetweenPositionAndLimit() {
    ByteBuffer content = ByteBuffer.wrap("xabcx".getBytes(US_ASCII)).position(1).limit(4);

    assertThat(Digest.of(content)).hasToString(OF_ABC);
    assertThat(content.remaining()).isEqualTo(3);
  }

  @Test
  void isReadFromItsOwnBytesWhateverTheOrderOfTheBuffer() {
    Digest digest = Digest.of(new byte[] {1, 2, 3});
    ByteBuffer bytes = ByteBuffer.wrap(digest.toBytes()).order(ByteOrder.LITTLE_ENDIAN);

    assertThat(Digest.read(bytes)).isEqualTo(digest);
    assertThat(bytes.remaining()).isEqualTo(Digest.BYTES);
  }

  @Test
  void refusesBytesOfAnotherLength() {
    assertThatThrownBy(() -> Digest.read(ByteBuffer.allocate(31)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a digest has 32 bytes, not 31");
  }
}
