package dev.argus.preprocess.core.image;

import dev.argus.checkpoint.tiling.Size;
import java.awt.image.Raster;

/**
 * A BMP file: 1, 4 or 8 bits with a palette, plain or run-length encoded, or 16, 24 or 32 bits.
 *
 * @param bitsPerPixel 1, 4, 8, 16, 24 or 32
 * @param palette uint8 RGB, layout {@code [colours, 3]}; empty when there is none
 */
@SuppressWarnings("ArrayRecordComponent") // The file itself; never compared.
record BmpFile(byte[] bytes, Size storedSize, int bitsPerPixel, byte[] palette)
    implements ImageFile {

  static BmpFile parse(byte[] file) throws UnreadableImage {
    return new Parser(new FileBytes(file)).parse();
  }

  @Override
  public ImageFormat format() {
    return ImageFormat.BMP;
  }

  @Override
  public Orientation orientation() {
    return Orientation.NONE;
  }

  @Override
  public RgbImage decodeStored() throws UnreadableImage {
    Raster raster = RasterSource.read(ImageFormat.BMP, bytes, storedSize);
    byte[] rgb =
        switch (bitsPerPixel) {
          case 1, 4, 8 -> Samples8.paletteToRgb(Samples8.interleaved(raster, 1), palette);
          case 16 -> fewBits(raster);
          default -> Samples8.interleaved(raster, RgbImage.CHANNELS);
        };
    return new RgbImage(rgb, storedSize.width(), storedSize.height());
  }

  /** Five or six bits a channel, spread to 0..255 and rounded down, as Pillow does. */
  private static byte[] fewBits(Raster raster) {
    byte[] rgb = Samples8.interleaved(raster, RgbImage.CHANNELS);
    for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
      int most = (1 << raster.getSampleModel().getSampleSize(channel)) - 1;
      for (int at = channel; at < rgb.length; at += RgbImage.CHANNELS) {
        rgb[at] = (byte) ((rgb[at] & 0xff) * 255 / most);
      }
    }
    return rgb;
  }

  /** Reads the two headers and the palette. */
  private static final class Parser {
    private static final int INFO = 14;
    private static final int CORE_HEADER_LENGTH = 12;
    private static final int UNCOMPRESSED = 0;
    private static final int BITFIELDS = 3;

    private final FileBytes file;

    Parser(FileBytes file) {
      this.file = file;
    }

    BmpFile parse() throws UnreadableImage {
      int headerLength = file.i32Little(INFO);
      return switch (headerLength) {
        case CORE_HEADER_LENGTH ->
            parse(
                file.u16Little(INFO + 4),
                file.u16Little(INFO + 6),
                file.u16Little(INFO + 10),
                UNCOMPRESSED,
                3);
        case 40, 52, 56, 64, 108, 124 ->
            parse(
                file.i32Little(INFO + 4),
                Math.abs(file.i32Little(INFO + 8)),
                file.u16Little(INFO + 14),
                file.i32Little(INFO + 16),
                4);
        default ->
            throw UnreadableImage.unsupported(
                ImageFormat.BMP, "a header of " + headerLength + " bytes");
      };
    }

    private BmpFile parse(int width, int height, int bits, int compression, int colorLength)
        throws UnreadableImage {
      if (width < 1 || height < 1) {
        throw UnreadableImage.damaged(ImageFormat.BMP, null);
      }
      if (compression < UNCOMPRESSED || compression > BITFIELDS) {
        throw UnreadableImage.unsupported(ImageFormat.BMP, "compression " + compression);
      }
      Size size = new Size(width, height);
      int data = file.i32Little(10);
      long rowLength = ((long) width * bits + 31) / 32 * 4;
      if ((compression == UNCOMPRESSED || compression == BITFIELDS)
          && data + rowLength * height > file.length()) {
        throw UnreadableImage.truncated(ImageFormat.BMP, null);
      }
      byte[] palette =
          switch (bits) {
            case 1, 4, 8 -> palette(INFO + file.i32Little(INFO), data, colorLength);
            case 16, 24, 32 -> new byte[0];
            default -> throw UnreadableImage.unsupported(ImageFormat.BMP, bits + " bits a pixel");
          };
      return new BmpFile(file.bytes(), size, bits, palette);
    }

    /** Reads the palette, which is stored blue first and fills the space before the pixels. */
    private byte[] palette(int at, int end, int colorLength) {
      int colors = Math.clamp((end - at) / colorLength, 0, 256);
      byte[] palette = new byte[colors * RgbImage.CHANNELS];
      for (int color = 0; color < colors; color++) {
        for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
          palette[color * RgbImage.CHANNELS + channel] =
              (byte) file.u8(at + color * colorLength + 2 - channel);
        }
      }
      return palette;
    }
  }
}
