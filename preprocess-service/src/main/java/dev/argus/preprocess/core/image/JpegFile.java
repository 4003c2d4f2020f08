package dev.argus.preprocess.core.image;

import dev.argus.checkpoint.tiling.Size;
import java.io.ByteArrayOutputStream;
import java.util.OptionalInt;

/**
 * A JPEG file: baseline or progressive, 8 bits, grey, colour or CMYK.
 *
 * <p>Design note. ImageIO guesses a file's colour space by other rules than libjpeg, and cannot
 * convert CMYK at all. So it only decodes to components, and libjpeg's rules ({@code
 * default_decompress_parms}) and arithmetic ({@link JpegColors}) are applied here. Upsampling is
 * ImageIO's own, which equals that of libjpeg-turbo, which the reference uses, but for components
 * of half height ({@link JpegHalfHeight}).
 */
@SuppressWarnings("ArrayRecordComponent") // The file itself; never compared.
record JpegFile(
    byte[] bytes,
    Size storedSize,
    JpegColors colors,
    JpegHalfHeight halfHeight,
    EmbeddedMetadata metadata)
    implements ImageFile {
  private static final int START_OF_FRAME_BASELINE = 0xc0;
  private static final int START_OF_FRAME_PROGRESSIVE = 0xc2;
  private static final int HUFFMAN_TABLES = 0xc4;
  private static final int ARITHMETIC_CODING = 0xcc;
  private static final int START_OF_FRAME_LAST = 0xcf;
  private static final int JPG_EXTENSION = 0xc8;
  private static final int END_OF_IMAGE = 0xd9;
  private static final int START_OF_SCAN = 0xda;
  private static final int APP0 = 0xe0;
  private static final int APP1 = 0xe1;
  private static final int APP14 = 0xee;
  private static final String XMP_PREFIX = "http://ns.adobe.com/xap/1.0/\0";

  /**
   * Most scans of a progressive file. Encoders write about ten; each one costs a pass over the
   * whole picture, so that a small file with thousands would keep a thread busy for minutes.
   */
  private static final int MAX_SCANS = 100;

  static JpegFile parse(byte[] file) throws UnreadableImage {
    return new Parser(new FileBytes(file)).parse();
  }

  @Override
  public ImageFormat format() {
    return ImageFormat.JPEG;
  }

  @Override
  public Orientation orientation() {
    return metadata.orientation();
  }

  @Override
  public RgbImage decodeStored() throws UnreadableImage {
    var raster = RasterSource.readUnconverted(ImageFormat.JPEG, bytes, storedSize);
    byte[] components = Samples8.interleaved(raster, colors.components());
    halfHeight.smooth(components, storedSize, colors.components());
    return new RgbImage(colors.toRgb(components), storedSize.width(), storedSize.height());
  }

  /** Walks the segments up to the first scan. */
  private static final class Parser {
    private final FileBytes file;
    private final ByteArrayOutputStream exif = new ByteArrayOutputStream();
    private EmbeddedMetadata metadata = EmbeddedMetadata.NONE;
    private boolean jfif;
    private OptionalInt adobeTransform = OptionalInt.empty();
    private boolean progressive;
    private int frame = -1;

    Parser(FileBytes file) {
      this.file = file;
    }

    JpegFile parse() throws UnreadableImage {
      int at = 2;
      while (true) {
        at = nextMarker(at);
        int marker = file.u8(at++);
        if (standsAlone(marker)) {
          continue;
        }
        if (marker == START_OF_SCAN) {
          return finish(at);
        }
        int length = file.u16Big(at);
        if (length < 2 || marker == END_OF_IMAGE) {
          throw UnreadableImage.damaged(ImageFormat.JPEG, null);
        }
        segment(marker, at + 2, length - 2);
        at += length;
      }
    }

    /** The place of a marker's second byte, at or after a place. */
    private int nextMarker(int at) {
      int place = at;
      while (file.u8(place) != 0xff || file.u8(place + 1) == 0 || file.u8(place + 1) == 0xff) {
        place++;
      }
      return place + 1;
    }

    private static boolean standsAlone(int marker) {
      return marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    }

    private void segment(int marker, int at, int length) throws UnreadableImage {
      if (isFrame(marker)) {
        frame(marker, at);
      } else if (marker == APP0 && file.has(at, "JFIF\0")) {
        jfif = true;
      } else if (marker == APP14 && length >= 12 && file.has(at, "Adobe")) {
        adobeTransform = OptionalInt.of(file.u8(at + 11));
      } else if (marker == APP1 && file.has(at, "Exif\0\0")) {
        exif.writeBytes(file.slice(at + 6, length - 6));
      } else if (marker == APP1 && file.has(at, XMP_PREFIX)) {
        metadata = metadata.withXmp(file.slice(at, length));
      }
    }

    private static boolean isFrame(int marker) {
      return marker >= START_OF_FRAME_BASELINE
          && marker <= START_OF_FRAME_LAST
          && marker != HUFFMAN_TABLES
          && marker != JPG_EXTENSION
          && marker != ARITHMETIC_CODING;
    }

    private void frame(int marker, int at) throws UnreadableImage {
      if (marker > START_OF_FRAME_PROGRESSIVE) {
        throw UnreadableImage.unsupported(
            ImageFormat.JPEG, "coding process " + Integer.toHexString(marker));
      }
      if (file.u8(at) != 8) {
        throw UnreadableImage.unsupported(ImageFormat.JPEG, file.u8(at) + " bits");
      }
      if (frame >= 0) {
        throw UnreadableImage.damaged(ImageFormat.JPEG, null);
      }
      frame = at;
      progressive = marker == START_OF_FRAME_PROGRESSIVE;
    }

    private JpegFile finish(int firstScan) throws UnreadableImage {
      if (frame < 0) {
        throw UnreadableImage.damaged(ImageFormat.JPEG, null);
      }
      Size size = new Size(file.u16Big(frame + 3), file.u16Big(frame + 1));
      if (size.width() == 0 || size.height() == 0) {
        throw UnreadableImage.unsupported(ImageFormat.JPEG, "an edge of 0 pixels");
      }
      if (progressive && countScans(firstScan) > MAX_SCANS) {
        throw UnreadableImage.unsupported(ImageFormat.JPEG, "more than " + MAX_SCANS + " scans");
      }
      return new JpegFile(
          file.bytes(), size, colors(), halfHeight(), metadata.withExif(exif.toByteArray()));
    }

    private JpegHalfHeight halfHeight() {
      int[] factors = new int[file.u8(frame + 5)];
      for (int i = 0; i < factors.length; i++) {
        factors[i] = file.u8(frame + 7 + 3 * i);
      }
      return JpegHalfHeight.of(factors);
    }

    private int countScans(int firstScan) {
      int scans = 1;
      for (int at = firstScan; at < file.length() - 1; at++) {
        if (file.u8(at) == 0xff && file.u8(at + 1) == START_OF_SCAN) {
          scans++;
        }
      }
      return scans;
    }

    private JpegColors colors() throws UnreadableImage {
      int components = file.u8(frame + 5);
      return switch (components) {
        case 1 -> JpegColors.GREY;
        case 3 -> threeComponents();
        case 4 -> adobeTransform.orElse(0) == 0 ? JpegColors.CMYK : JpegColors.YCCK;
        default -> throw UnreadableImage.unsupported(ImageFormat.JPEG, components + " components");
      };
    }

    private JpegColors threeComponents() {
      if (jfif) {
        return JpegColors.YCBCR;
      }
      if (adobeTransform.isPresent()) {
        return adobeTransform.getAsInt() == 0 ? JpegColors.RGB : JpegColors.YCBCR;
      }
      boolean named =
          file.u8(frame + 6) == 'R' && file.u8(frame + 9) == 'G' && file.u8(frame + 12) == 'B';
      return named ? JpegColors.RGB : JpegColors.YCBCR;
    }
  }
}
