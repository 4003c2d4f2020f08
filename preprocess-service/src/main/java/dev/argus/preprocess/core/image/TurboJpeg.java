package dev.argus.preprocess.core.image;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.argus.checkpoint.tiling.Size;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * libjpeg-turbo, where the system has it (Debian: {@code libturbojpeg0}) or {@code
 * -Ddev.argus.turbojpeg} names its file, through its TurboJPEG functions. They report errors as
 * return values; libjpeg's own jump over the caller's stack, which a JVM does not survive.
 *
 * <p>Design note. The library decodes sound files only. Where it reports anything at all, a warning
 * included, its result is thrown away and {@link JpegFile#decodeStored} decides: so damaged and
 * rare files are refused or accepted alike on every machine. Sound files give the same bytes both
 * ways, those of libjpeg's accurate integer transform and smooth upsampling, which Pillow uses too.
 * (Where damage goes unnoticed, a coefficient may lie beyond what an encoder can write, and what it
 * overflows to differs from one implementation of the transform to the other.) Its scaled decoding
 * is not used: it filters in the frequency domain, so that what comes out is no resize that the
 * reference knows.
 *
 * <p>Source: {@code turbojpeg.h} of libjpeg-turbo 2.1; version 3 has the same functions.
 * Thread-safe.
 */
final class TurboJpeg {
  /** A file to be tried before the system's, by its path; images of containers have one. */
  private static final String FILE_PROPERTY = "dev.argus.turbojpeg";

  private static final List<String> NAMES =
      List.of(
          "libturbojpeg.so.0",
          "libturbojpeg.so",
          "libturbojpeg.dylib",
          "/opt/homebrew/lib/libturbojpeg.dylib");

  private static final Optional<TurboJpeg> LIBRARY = load();

  private final MethodHandle open;
  private final MethodHandle readHeader;
  private final MethodHandle decompress;
  private final MethodHandle close;

  /** What to write, by the numbers of the library's {@code TJPF}. */
  enum Layout {
    /** Red, green, blue and alpha, which is 255. */
    RGBA(7),
    /** Four inks, as they are stored. */
    CMYK(11);

    static final int BYTES_PER_PIXEL = 4;

    private final int number;

    Layout(int number) {
      this.number = number;
    }
  }

  private TurboJpeg(SymbolLookup library, Linker linker) {
    open = handle(library, linker, "tjInitDecompress", FunctionDescriptor.of(ADDRESS));
    readHeader =
        handle(
            library,
            linker,
            "tjDecompressHeader3",
            FunctionDescriptor.of(
                JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    decompress =
        handle(
            library,
            linker,
            "tjDecompress2",
            FunctionDescriptor.of(
                JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT,
                JAVA_INT, JAVA_INT));
    close = handle(library, linker, "tjDestroy", FunctionDescriptor.of(JAVA_INT, ADDRESS));
  }

  /** The library, where there is one. */
  static Optional<TurboJpeg> library() {
    return LIBRARY;
  }

  /**
   * Decodes a whole file.
   *
   * @param size what the header declares
   * @param target gets {@link Layout#BYTES_PER_PIXEL} bytes a pixel, row by row, without padding;
   *     what it holds is undefined if this returns false
   * @return whether the library found nothing wrong
   */
  boolean decode(byte[] file, Size size, Layout layout, MemorySegment target) {
    long bytes = (long) size.width() * size.height() * Layout.BYTES_PER_PIXEL;
    if (target.byteSize() < bytes) {
      throw new IllegalArgumentException(target.byteSize() + " bytes cannot hold " + size);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment input = arena.allocateFrom(JAVA_BYTE, file);
      MemorySegment decoder = (MemorySegment) open.invokeExact();
      if (decoder.equals(MemorySegment.NULL)) {
        return false;
      }
      try {
        return declares(size, decoder, input, arena)
            && decompressed(decoder, input, size, layout, target);
      } finally {
        int _ = (int) close.invokeExact(decoder);
      }
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  /** Whether the library reads the same size from the header. */
  private boolean declares(Size size, MemorySegment decoder, MemorySegment input, Arena arena)
      throws Throwable {
    MemorySegment found = arena.allocate(JAVA_INT, 4);
    int result =
        (int)
            readHeader.invokeExact(
                decoder,
                input,
                input.byteSize(),
                found,
                found.asSlice(4),
                found.asSlice(8),
                found.asSlice(12));
    return result == 0
        && found.getAtIndex(JAVA_INT, 0) == size.width()
        && found.getAtIndex(JAVA_INT, 1) == size.height();
  }

  private boolean decompressed(
      MemorySegment decoder, MemorySegment input, Size size, Layout layout, MemorySegment target)
      throws Throwable {
    int noPadding = 0;
    int noFlags = 0;
    int result =
        (int)
            decompress.invokeExact(
                decoder,
                input,
                input.byteSize(),
                target,
                size.width(),
                noPadding,
                size.height(),
                layout.number,
                noFlags);
    return result == 0;
  }

  @SuppressWarnings("restricted") // Native access is what this class is for.
  private static MethodHandle handle(
      SymbolLookup library, Linker linker, String name, FunctionDescriptor descriptor) {
    return linker.downcallHandle(library.findOrThrow(name), descriptor);
  }

  private static Optional<TurboJpeg> load() {
    Linker linker = Linker.nativeLinker();
    MemoryLayout size = linker.canonicalLayouts().get("long");
    if (size == null || size.byteSize() != Long.BYTES) {
      return Optional.empty();
    }
    return Stream.concat(Stream.ofNullable(System.getProperty(FILE_PROPERTY)), NAMES.stream())
        .flatMap(name -> load(name, linker).stream())
        .findFirst();
  }

  @SuppressWarnings("restricted") // Native access is what this class is for.
  private static Optional<TurboJpeg> load(String name, Linker linker) {
    try {
      return Optional.of(new TurboJpeg(SymbolLookup.libraryLookup(name, Arena.global()), linker));
    } catch (IllegalArgumentException | NoSuchElementException e) {
      return Optional.empty();
    }
  }

  private static RuntimeException rethrown(Throwable e) {
    return switch (e) {
      case Error error -> throw error;
      case RuntimeException exception -> exception;
      default -> new IllegalStateException(e);
    };
  }
}
