package dev.argus.preprocess.core.image;

import dev.argus.checkpoint.tiling.Size;
import dev.argus.preprocess.core.image.PixelBuffers.Lease;
import java.util.Optional;
import java.util.function.Consumer;

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
    return decode(file, Optional.empty());
  }

  /**
   * Decodes a picture, and shows it while it is at it, where that can be seen.
   *
   * @param begun gets the picture, whose rows appear from now on ({@link Pixels#rowsStored}), and
   *     is to close it. If another is returned, or none, what was read of this one is worth nothing
   * @return to be closed by the caller, once
   * @throws UnreadableImage when the file is truncated or damaged
   */
  public Pixels decode(ImageFile file, Consumer<Pixels> begun) throws UnreadableImage {
    return decode(file, Optional.of(begun));
  }

  private Pixels decode(ImageFile file, Optional<Consumer<Pixels>> begun) throws UnreadableImage {
    if (file instanceof JpegFile jpeg && turbo.isPresent()) {
      Optional<Pixels> pixels = decode(jpeg, turbo.get(), begun);
      if (pixels.isPresent()) {
        return pixels.get();
      }
    }
    return Pixels.of(file.decodeStored(), file.orientation());
  }

  /** Empty when the library finds fault with the file. */
  private Optional<Pixels> decode(
      JpegFile file, TurboJpeg library, Optional<Consumer<Pixels>> begun) {
    return file.colors().components() == TurboJpeg.Layout.BYTES_PER_PIXEL
        ? decodeInks(file, library)
        : decodeColors(file, library, begun);
  }

  private Optional<Pixels> decodeInks(JpegFile file, TurboJpeg library) {
    Size size = file.storedSize();
    Lease lease = take(size);
    try {
      return library.decode(file.bytes(), size, TurboJpeg.Layout.CMYK, lease.memory())
          ? Optional.of(Pixels.of(JpegColors.cmykToRgb(lease.memory(), size), file.orientation()))
          : Optional.empty();
    } finally {
      lease.giveBack().run();
    }
  }

  private Optional<Pixels> decodeColors(
      JpegFile file, TurboJpeg library, Optional<Consumer<Pixels>> begun) {
    Size size = file.storedSize();
    Lease lease = take(size);
    WrittenRows rows = new WrittenRows(lease.memory(), size);
    Pixels pixels =
        new Pixels(
            lease.memory(),
            TurboJpeg.Layout.BYTES_PER_PIXEL,
            size,
            file.orientation(),
            rows::count,
            lease.giveBack());
    boolean passedOn = false;
    try {
      if (begun.isPresent()) {
        begun.get().accept(pixels);
        passedOn = true;
      }
      if (!library.decode(file.bytes(), size, TurboJpeg.Layout.RGBA, lease.memory())) {
        return Optional.empty();
      }
      rows.all();
      passedOn = true;
      return Optional.of(pixels);
    } finally {
      if (!passedOn) {
        pixels.close();
      }
    }
  }

  private Lease take(Size size) {
    return buffers.take((long) size.width() * size.height() * TurboJpeg.Layout.BYTES_PER_PIXEL);
  }

  /** Frees the memory that it keeps for the next picture. */
  @Override
  public void close() {
    buffers.close();
  }
}
