package dev.argus.preprocess.core.image;

import java.util.List;

/** Knows video files by their first bytes, so that whoever sends one is told what is wrong. */
final class Videos {
  /** Pictures in the same container: HEIF's, AVIF's and Canon's raw. */
  private static final List<String> PICTURE_BRANDS =
      List.of("avif", "crx ", "heic", "heim", "heis", "heix", "mif1", "msf1");

  private Videos() {}

  /** Whether this is MP4, QuickTime, Matroska, WebM, AVI, Ogg or an MPEG stream. */
  static boolean contains(byte[] file) {
    FileBytes bytes = new FileBytes(file);
    boolean isoMedia =
        bytes.has(4, "ftyp") && PICTURE_BRANDS.stream().noneMatch(brand -> bytes.has(8, brand));
    return isoMedia
        || bytes.has(0, "\u001aE\u00df\u00a3")
        || (bytes.has(0, "RIFF") && bytes.has(8, "AVI "))
        || bytes.has(0, "OggS")
        || bytes.has(0, "\0\0\u0001\u00ba");
  }
}
