package dev.argus.preprocess.core.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.argus.checkpoint.tiling.Size;
import java.awt.image.Raster;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A WebP file, lossy or lossless, with or without transparency. Of an animated one, the first frame
 * on a black canvas, as the reference shows it.
 *
 * @param still the file itself; for an animation, a file that holds its first frame alone
 * @param storedSize size of the canvas
 * @param frame where the still picture lies on the canvas
 */
@SuppressWarnings("ArrayRecordComponent") // The file itself; never compared.
record WebpFile(byte[] still, Size storedSize, Placement frame, EmbeddedMetadata metadata)
    implements ImageFile {

  static WebpFile parse(byte[] file) throws UnreadableImage {
    return new Parser(new FileBytes(file)).parse();
  }

  @Override
  public ImageFormat format() {
    return ImageFormat.WEBP;
  }

  @Override
  public Orientation orientation() {
    return metadata.orientation();
  }

  @Override
  public RgbImage decodeStored() throws UnreadableImage {
    byte[] rgb = Samples8.interleaved(raster(), RgbImage.CHANNELS);
    byte[] canvas = frame.on(storedSize, rgb, RgbImage.CHANNELS, (byte) 0);
    return new RgbImage(canvas, storedSize.width(), storedSize.height());
  }

  private Raster raster() throws UnreadableImage {
    try {
      return RasterSource.read(ImageFormat.WEBP, still, frame.size());
    } catch (OutOfMemoryError e) {
      // What the reader throws when libwebp wants an absurd amount, for tables that are damaged.
      throw UnreadableImage.damaged(ImageFormat.WEBP, e);
    }
  }

  /** Walks the chunks of the RIFF container. */
  private static final class Parser {
    private static final int FIRST_CHUNK = 12;
    private static final int CHUNK_HEADER = 8;
    private static final int ANIMATION_FLAG = 0x02;
    private static final int ALPHA_FLAG = 0x10;
    private static final int FRAME_HEADER = 16;

    private final FileBytes file;

    Parser(FileBytes file) {
      this.file = file;
    }

    WebpFile parse() throws UnreadableImage {
      if (Integer.toUnsignedLong(file.i32Little(4)) + CHUNK_HEADER > file.length()) {
        throw UnreadableImage.truncated(ImageFormat.WEBP, null);
      }
      int content = FIRST_CHUNK + CHUNK_HEADER;
      return switch (file.text(FIRST_CHUNK, 4)) {
        case "VP8 " -> still(lossySize(content), EmbeddedMetadata.NONE);
        case "VP8L" -> still(losslessSize(content), EmbeddedMetadata.NONE);
        case "VP8X" -> extended(content);
        default -> throw UnreadableImage.damaged(ImageFormat.WEBP, null);
      };
    }

    private WebpFile still(Size size, EmbeddedMetadata metadata) throws UnreadableImage {
      if (size.width() == 0 || size.height() == 0) {
        throw UnreadableImage.damaged(ImageFormat.WEBP, null);
      }
      return new WebpFile(file.bytes(), size, new Placement(0, 0, size), metadata);
    }

    private Size lossySize(int at) {
      return new Size(file.u16Little(at + 6) & 0x3fff, file.u16Little(at + 8) & 0x3fff);
    }

    private Size losslessSize(int at) {
      int bits = file.i32Little(at + 1);
      return new Size((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1);
    }

    private WebpFile extended(int at) throws UnreadableImage {
      Size canvas = new Size(file.u24Little(at + 4) + 1, file.u24Little(at + 7) + 1);
      EmbeddedMetadata metadata =
          EmbeddedMetadata.NONE.withExif(content("EXIF")).withXmp(content("XMP "));
      return (file.u8(at) & ANIMATION_FLAG) == 0
          ? still(canvas, metadata)
          : firstFrame(canvas, metadata);
    }

    private byte[] content(String type) {
      int at = find(type);
      return at < 0 ? new byte[0] : file.slice(at + CHUNK_HEADER, file.i32Little(at + 4));
    }

    /** Place of the first chunk of a type; negative when there is no whole one. */
    private int find(String type) {
      int at = FIRST_CHUNK;
      while (at <= file.length() - CHUNK_HEADER) {
        int length = file.i32Little(at + 4);
        if (length < 0 || length > file.length() - at - CHUNK_HEADER) {
          return -1;
        }
        if (file.has(at, type)) {
          return at;
        }
        at += CHUNK_HEADER + length + (length & 1);
      }
      return -1;
    }

    private WebpFile firstFrame(Size canvas, EmbeddedMetadata metadata) throws UnreadableImage {
      int chunk = find("ANMF");
      if (chunk < 0 || file.i32Little(chunk + 4) < FRAME_HEADER) {
        throw UnreadableImage.truncated(ImageFormat.WEBP, null);
      }
      int at = chunk + CHUNK_HEADER;
      Size size = new Size(file.u24Little(at + 6) + 1, file.u24Little(at + 9) + 1);
      Placement frame = new Placement(2 * file.u24Little(at), 2 * file.u24Little(at + 3), size);
      if (!frame.fits(canvas)) {
        throw UnreadableImage.damaged(ImageFormat.WEBP, null);
      }
      byte[] chunks = file.slice(at + FRAME_HEADER, file.i32Little(chunk + 4) - FRAME_HEADER);
      return new WebpFile(standalone(size, chunks), canvas, frame, metadata);
    }

    /** A file that holds these chunks alone. */
    private static byte[] standalone(Size size, byte[] chunks) {
      boolean alpha = new FileBytes(chunks).has(0, "ALPH");
      int content = 4 + CHUNK_HEADER + 10 + chunks.length;
      ByteBuffer out = ByteBuffer.allocate(CHUNK_HEADER + content).order(ByteOrder.LITTLE_ENDIAN);
      out.put("RIFF".getBytes(ISO_8859_1)).putInt(content).put("WEBP".getBytes(ISO_8859_1));
      out.put("VP8X".getBytes(ISO_8859_1)).putInt(10).putInt(alpha ? ALPHA_FLAG : 0);
      out.put(Arrays.copyOf(little(size.width() - 1), 3));
      out.put(Arrays.copyOf(little(size.height() - 1), 3));
      return out.put(chunks).array();
    }

    private static byte[] little(int value) {
      return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
    }
  }
}
