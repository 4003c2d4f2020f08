package dev.argus.preprocess.core.image;

import dev.argus.checkpoint.tiling.Size;
import dev.argus.preprocess.core.image.PixelBuffers.Lease;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Decodes image files the fastest way that this machine has: JPEG with libjpeg-turbo, if it is
 * installed and wanted; everything else, and every JPEG file that libjpeg-turbo finds fault with,
 * as the file itself does. Sound files give the same pixels, and others the same errors, either
 * way. Thread-safe.
 */
public final class PictureDecoder implements AutoCloseable {
  private final Optional<TurboJpeg> turbo;
  private final PixelBuffers buffers = new PixelBuffers();

  private PictureDecoder(Optional<TurboJpeg> turbo) {
    this.turbo = turbo;
  }

  /** With libjpeg-turbo where it is installed. */
  public static PictureDecoder fastest() {
    return new PictureDecoder(TurboJpeg.library());
  }

  /** With what every JDK has. */
  public static PictureDecoder portable() {
    return new PictureDecoder(Optional.empty());
  }

  /** Whether it uses libjpeg-turbo. */
  public boolean usesTurboJpeg() {
    return turbo.isPresent();
  }

  /**
   * Decodes a picture.
   *
   * @return to be closed by the caller
   * @throws UnreadableImage when the file is truncated or damaged
   */
  public Pixels decode(ImageFile file) throws UnreadableImage {
    if (file instanceof JpegFile jpeg && turbo.isPresent()) {
      Optional<Pixels> pixels = decode(jpeg, turbo.get());
      if (pixels.isPresent()) {
        return pixels.get();
      }
    }
    return Pixels.of(file.decodeStored(), file.orientation());
  }

  /** Empty when the library finds fault with the file. */
  private Optional<Pixels> decode(JpegFile file, TurboJpeg library) {
    Size size = file.storedSize();
    boolean inks = file.colors().components() == TurboJpeg.Layout.BYTES_PER_PIXEL;
    var layout = inks ? TurboJpeg.Layout.CMYK : TurboJpeg.Layout.RGBX;
    Lease lease =
        buffers.take((long) size.width() * size.height() * TurboJpeg.Layout.BYTES_PER_PIXEL);
    boolean kept = false;
    try {
      MemorySegment memory = lease.memory();
      if (!library.decode(file.bytes(), size, layout, memory)) {
        return Optional.empty();
      }
      if (inks) {
        return Optional.of(Pixels.of(JpegColors.cmykToRgb(memory, size), file.orientation()));
      }
      kept = true;
      return Optional.of(
          new Pixels(
              memory,
              TurboJpeg.Layout.BYTES_PER_PIXEL,
              size,
              file.orientation(),
              lease.giveBack()));
    } finally {
      if (!kept) {
        lease.giveBack().run();
      }
    }
  }

  /** Frees the memory that it keeps for the next picture. */
  @Override
  public void close() {
    buffers.close();
  }
}
