package dev.argus.preprocess.core.image;

import dev.argus.checkpoint.tiling.Size;

/**
 * A GIF file's first frame on the canvas, as Pillow places it: the canvas grows where the frame
 * overhangs, and what the frame leaves free has the transparent index, or else index 0.
 *
 * @param palette uint8 RGB, layout {@code [colours, 3]}; empty when the file has none, and indices
 *     are grey values
 * @param background the index around the frame
 */
@SuppressWarnings("ArrayRecordComponent") // The file itself; never compared.
record GifFile(byte[] bytes, Size storedSize, Placement frame, byte[] palette, byte background)
    implements ImageFile {

  static GifFile parse(byte[] file) throws UnreadableImage {
    return new Parser(new FileBytes(file)).parse();
  }

  @Override
  public ImageFormat format() {
    return ImageFormat.GIF;
  }

  @Override
  public Orientation orientation() {
    return Orientation.NONE;
  }

  @Override
  public RgbImage decodeStored() throws UnreadableImage {
    var raster = RasterSource.read(ImageFormat.GIF, bytes, frame.size());
    byte[] indices = frame.on(storedSize, Samples8.interleaved(raster, 1), 1, background);
    byte[] rgb =
        palette.length == 0 ? Samples8.greyToRgb(indices) : Samples8.paletteToRgb(indices, palette);
    return new RgbImage(rgb, storedSize.width(), storedSize.height());
  }

  /** Walks the blocks up to the first frame. */
  private static final class Parser {
    private static final int SCREEN = 6;
    private static final int FIRST_BLOCK = 13;
    private static final int PALETTE_FLAG = 0x80;
    private static final int GRAPHIC_CONTROL = 0xf9;

    private final FileBytes file;
    private byte[] palette = new byte[0];
    private byte background;

    Parser(FileBytes file) {
      this.file = file;
    }

    GifFile parse() throws UnreadableImage {
      int at = FIRST_BLOCK + palette(file.u8(SCREEN + 4), FIRST_BLOCK);
      while (true) {
        int block = file.u8(at++);
        if (block == ',') {
          return frame(at);
        } else if (block == '!') {
          at = extension(at);
        } else if (block == ';') {
          throw UnreadableImage.damaged(ImageFormat.GIF, null);
        }
      }
    }

    /** Reads the palette that follows if the flags say so, and gives its length. */
    private int palette(int flags, int at) {
      if ((flags & PALETTE_FLAG) == 0) {
        return 0;
      }
      int length = RgbImage.CHANNELS << ((flags & 7) + 1);
      palette = file.slice(at, length);
      return length;
    }

    private int extension(int start) {
      if (file.u8(start) == GRAPHIC_CONTROL
          && file.u8(start + 1) >= 4
          && (file.u8(start + 2) & 1) != 0) {
        background = (byte) file.u8(start + 5);
      }
      int at = start + 1;
      while (file.u8(at) != 0) {
        at += file.u8(at) + 1;
      }
      return at + 1;
    }

    private GifFile frame(int at) throws UnreadableImage {
      Placement frame =
          new Placement(
              file.u16Little(at),
              file.u16Little(at + 2),
              new Size(file.u16Little(at + 4), file.u16Little(at + 6)));
      Size canvas =
          new Size(
              Math.max(file.u16Little(SCREEN), frame.x() + frame.size().width()),
              Math.max(file.u16Little(SCREEN + 2), frame.y() + frame.size().height()));
      if (frame.size().width() == 0 || frame.size().height() == 0) {
        throw UnreadableImage.damaged(ImageFormat.GIF, null);
      }
      palette(file.u8(at + 8), at + 9);
      return new GifFile(file.bytes(), canvas, frame, palette, background);
    }
  }
}
