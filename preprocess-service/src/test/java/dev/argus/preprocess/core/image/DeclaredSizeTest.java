package dev.argus.preprocess.core.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.checkpoint.tiling.Size;
import dev.argus.testdata.Golden;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;

/**
 * Sizes come from the header alone, however large; and a decoder never exceeds what it declares.
 */
class DeclaredSizeTest {
  private static final Size HUGE = new Size(30_000, 30_000);

  @Test
  void readsTheSizeOfABombWithoutDecodingIt() throws Exception {
    assertThat(ImageFile.parse(pngHeader(HUGE)).size()).isEqualTo(HUGE);
    assertThat(ImageFile.parse(jpegHeader(HUGE)).size()).isEqualTo(HUGE);
    assertThat(ImageFile.parse(gifHeader(HUGE)).size()).isEqualTo(HUGE);
    assertThat(ImageFile.parse(webpHeader(new Size(16_000, 16_000))).size())
        .isEqualTo(new Size(16_000, 16_000));
  }

  @Test
  void refusesABitmapThatDeclaresMoreThanItHolds() {
    assertThatThrownBy(() -> ImageFile.parse(bmpHeader(HUGE, 0)))
        .isInstanceOf(UnreadableImage.class)
        .hasMessage("is a truncated BMP file");
  }

  @Test
  void refusesABitmapThatHidesAnotherFormat() {
    for (int compression : new int[] {4, 5}) {
      assertThatThrownBy(() -> ImageFile.parse(bmpHeader(new Size(4, 4), compression)))
          .isInstanceOf(UnreadableImage.class)
          .hasMessageContaining("compression " + compression);
    }
  }

  @Test
  void refusesAWebPictureWhoseCanvasIsNotItsFrame() {
    byte[] frame = webpHeader(new Size(16_000, 16_000));
    byte[] canvas =
        ByteBuffer.allocate(30 + frame.length - 12)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put("RIFF".getBytes(ISO_8859_1))
            .putInt(22 + frame.length - 12)
            .put("WEBPVP8X".getBytes(ISO_8859_1))
            .putInt(10)
            .putInt(0)
            .put(new byte[] {3, 0, 0, 3, 0, 0})
            .put(frame, 12, frame.length - 12)
            .array();

    assertThatThrownBy(() -> ImageFile.parse(canvas).decode()).isInstanceOf(UnreadableImage.class);
  }

  @Test
  void ignoresACommentThatUnfoldsToGigabytes() throws Exception {
    byte[] png = Golden.bytes("images/03_rgb_tiny_7x5.png");
    byte[] bombed = withCompressedText(png);

    assertThat(ImageFile.parse(bombed).decode().size()).isEqualTo(new Size(7, 5));
  }

  private static byte[] withCompressedText(byte[] png) throws Exception {
    var zeros = new ByteArrayOutputStream();
    try (var deflater = new DeflaterOutputStream(zeros)) {
      for (int i = 0; i < 256; i++) {
        deflater.write(new byte[1 << 20]);
      }
    }
    byte[] keyword = "Comment\0\0".getBytes(ISO_8859_1);
    int length = keyword.length + zeros.size();
    int afterHeader = 8 + 25;
    return ByteBuffer.allocate(png.length + 12 + length)
        .put(png, 0, afterHeader)
        .putInt(length)
        .put("zTXt".getBytes(ISO_8859_1))
        .put(keyword)
        .put(zeros.toByteArray())
        .putInt(0)
        .put(png, afterHeader, png.length - afterHeader)
        .array();
  }

  private static byte[] pngHeader(Size size) {
    return ByteBuffer.allocate(45)
        .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'})
        .putInt(13)
        .put("IHDR".getBytes(ISO_8859_1))
        .putInt(size.width())
        .putInt(size.height())
        .put(new byte[] {8, 2, 0, 0, 0})
        .array();
  }

  private static byte[] jpegHeader(Size size) {
    return ByteBuffer.allocate(31)
        .put(new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xc0, 0, 17, 8})
        .putShort((short) size.height())
        .putShort((short) size.width())
        .put(new byte[] {3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, (byte) 0xff, (byte) 0xda})
        .array();
  }

  private static byte[] gifHeader(Size size) {
    return ByteBuffer.allocate(40)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put("GIF89a".getBytes(ISO_8859_1))
        .putShort((short) size.width())
        .putShort((short) size.height())
        .put(new byte[] {0, 0, 0, ',', 0, 0, 0, 0, 1, 0, 1, 0, 0})
        .array();
  }

  private static byte[] webpHeader(Size size) {
    return ByteBuffer.allocate(40)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put("RIFF".getBytes(ISO_8859_1))
        .putInt(32)
        .put("WEBPVP8 ".getBytes(ISO_8859_1))
        .putInt(20)
        .put(new byte[] {0x10, 2, 0, (byte) 0x9d, 1, 0x2a})
        .putShort((short) size.width())
        .putShort((short) size.height())
        .array();
  }

  private static byte[] bmpHeader(Size size, int compression) {
    return ByteBuffer.allocate(200)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put("BM".getBytes(ISO_8859_1))
        .putInt(200)
        .putInt(0)
        .putInt(54)
        .putInt(40)
        .putInt(size.width())
        .putInt(size.height())
        .putShort((short) 1)
        .putShort((short) 24)
        .putInt(compression)
        .array();
  }
}
