package dev.argus.preprocess.core.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.argus.checkpoint.tiling.Size;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.zip.InflaterInputStream;

/**
 * A PNG file of any colour type and depth; of an animated one, the default picture.
 *
 * @param bitDepth bits of a sample: 1, 2, 4, 8 or 16
 * @param palette uint8 RGB, layout {@code [colours, 3]}; empty when there is none
 */
@SuppressWarnings("ArrayRecordComponent") // The file itself; never compared.
record PngFile(
    byte[] bytes,
    Size storedSize,
    int bitDepth,
    ColorType colorType,
    byte[] palette,
    EmbeddedMetadata metadata)
    implements ImageFile {

  /** What a pixel is made of. */
  enum ColorType {
    GREY,
    RGB,
    PALETTE,
    GREY_ALPHA,
    RGB_ALPHA;

    /** Whether the format allows samples of so many bits. */
    boolean allows(int bitDepth) {
      return switch (this) {
        case GREY -> Integer.bitCount(bitDepth) == 1 && bitDepth <= 16;
        case PALETTE -> Integer.bitCount(bitDepth) == 1 && bitDepth <= 8;
        case RGB, GREY_ALPHA, RGB_ALPHA -> bitDepth == 8 || bitDepth == 16;
      };
    }
  }

  static PngFile parse(byte[] file) throws UnreadableImage {
    return new Parser(new FileBytes(file)).parse();
  }

  @Override
  public ImageFormat format() {
    return ImageFormat.PNG;
  }

  @Override
  public Orientation orientation() {
    return metadata.orientation();
  }

  @Override
  public RgbImage decodeStored() throws UnreadableImage {
    Raster raster = RasterSource.read(ImageFormat.PNG, bytes, storedSize);
    byte[] rgb =
        switch (colorType) {
          case GREY -> Samples8.greyToRgb(grey(raster));
          case GREY_ALPHA -> Samples8.greyToRgb(highBytes(raster, 1));
          case RGB, RGB_ALPHA -> highBytes(raster, RgbImage.CHANNELS);
          case PALETTE -> Samples8.paletteToRgb(Samples8.interleaved(raster, 1), palette);
        };
    return new RgbImage(rgb, storedSize.width(), storedSize.height());
  }

  /** Grey alone is clipped where it has 16 bits, unlike all else: the reference does so. */
  private byte[] grey(Raster raster) {
    if (bitDepth == 16) {
      return Samples8.interleaved(raster, 1, sample -> Math.min(sample, 255));
    }
    int step = 255 / ((1 << bitDepth) - 1);
    return step == 1
        ? Samples8.interleaved(raster, 1)
        : Samples8.interleaved(raster, 1, sample -> sample * step);
  }

  private byte[] highBytes(Raster raster, int bands) {
    return bitDepth == 16
        ? Samples8.interleaved(raster, bands, sample -> sample >> 8)
        : Samples8.interleaved(raster, bands);
  }

  /** Walks the chunks. */
  private static final class Parser {
    private static final int SIGNATURE_LENGTH = 8;
    private static final int CHUNK_OVERHEAD = 12;

    /** Most bytes that a compressed text chunk may unfold to; Pillow's own limit. */
    private static final int MAX_TEXT = 1 << 20;

    private static final String XMP_KEYWORD = "XML:com.adobe.xmp\0";
    private static final String RAW_EXIF_KEYWORD = "Raw profile type exif\0";

    private final FileBytes file;
    private EmbeddedMetadata metadata = EmbeddedMetadata.NONE;
    private byte[] palette = new byte[0];

    Parser(FileBytes file) {
      this.file = file;
    }

    PngFile parse() throws UnreadableImage {
      int at = SIGNATURE_LENGTH;
      if (!file.has(at + 4, "IHDR") || file.i32Big(at) != 13) {
        throw UnreadableImage.damaged(ImageFormat.PNG, null);
      }
      int header = at + 8;
      Size size = new Size(file.i32Big(header), file.i32Big(header + 4));
      int depth = file.u8(header + 8);
      ColorType type = colorType(file.u8(header + 9));
      if (size.width() < 1 || size.height() < 1 || !type.allows(depth)) {
        throw UnreadableImage.damaged(ImageFormat.PNG, null);
      }
      chunks(at);
      return new PngFile(file.bytes(), size, depth, type, palette, metadata);
    }

    private static ColorType colorType(int number) throws UnreadableImage {
      return switch (number) {
        case 0 -> ColorType.GREY;
        case 2 -> ColorType.RGB;
        case 3 -> ColorType.PALETTE;
        case 4 -> ColorType.GREY_ALPHA;
        case 6 -> ColorType.RGB_ALPHA;
        default -> throw UnreadableImage.damaged(ImageFormat.PNG, null);
      };
    }

    /**
     * A file cut off after its pixels has its metadata cut off too; that is no error, as in Pillow.
     */
    private void chunks(int first) throws UnreadableImage {
      int at = first;
      while (at <= file.length() - CHUNK_OVERHEAD) {
        int length = file.i32Big(at);
        if (length < 0 || length > file.length() - at - CHUNK_OVERHEAD) {
          return;
        }
        chunk(file.text(at + 4, 4), at + 8, length);
        at += length + CHUNK_OVERHEAD;
      }
    }

    private void chunk(String type, int at, int length) throws UnreadableImage {
      switch (type) {
        case "PLTE" -> palette = file.slice(at, length);
        case "eXIf" -> metadata = metadata.withExif(file.slice(at, length));
        case "iTXt" -> internationalText(at, length);
        case "tEXt" -> rawExif(at, length, false);
        case "zTXt" -> rawExif(at, length, true);
        default -> {
          // Nothing that changes a pixel.
        }
      }
    }

    /** Keyword, compression flag and method, language, translated keyword, text. */
    private void internationalText(int at, int length) throws UnreadableImage {
      if (!file.has(at, XMP_KEYWORD) || length < XMP_KEYWORD.length() + 4) {
        return;
      }
      int end = at + length;
      int flags = at + XMP_KEYWORD.length();
      int text = afterZero(afterZero(flags + 2, end), end);
      byte[] packet = file.slice(text, end - text);
      metadata = metadata.withXmp(file.u8(flags) == 0 ? packet : inflate(packet));
    }

    private int afterZero(int at, int end) {
      int place = at;
      while (place < end && file.u8(place) != 0) {
        place++;
      }
      return Math.min(place + 1, end);
    }

    /** ImageMagick's way: three lines, the third a length, then hexadecimal digits. */
    private void rawExif(int at, int length, boolean compressed) throws UnreadableImage {
      if (!file.has(at, RAW_EXIF_KEYWORD) || metadata.exif().length > 0) {
        return;
      }
      int start = at + RAW_EXIF_KEYWORD.length() + (compressed ? 1 : 0);
      byte[] text = file.slice(start, Math.max(0, at + length - start));
      String[] lines = new String(compressed ? inflate(text) : text, ISO_8859_1).split("\n", 4);
      try {
        String digits = lines.length < 4 ? "" : lines[3].replace("\n", "");
        metadata = metadata.withExif(HexFormat.of().parseHex(digits));
      } catch (IllegalArgumentException e) {
        throw UnreadableImage.damaged(ImageFormat.PNG, e);
      }
    }

    private static byte[] inflate(byte[] compressed) throws UnreadableImage {
      try (var inflater = new InflaterInputStream(new ByteArrayInputStream(compressed))) {
        byte[] text = inflater.readNBytes(MAX_TEXT);
        if (inflater.read() >= 0) {
          throw UnreadableImage.unsupported(
              ImageFormat.PNG, "a text of more than " + MAX_TEXT + " bytes");
        }
        return text;
      } catch (IOException e) {
        return new byte[0];
      }
    }
  }
}
