package dev.argus.preprocess.core.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.drew.lang.ByteArrayReader;
import com.drew.metadata.Directory;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an image file says about its orientation: in EXIF, or else in XMP, as Pillow looks for it.
 * Damaged metadata counts as none, since the pixels are sound without it.
 *
 * @param exif a TIFF structure, with or without the {@code Exif\0\0} before it; empty for none
 * @param xmp an XMP packet; empty for none
 */
@SuppressWarnings("ArrayRecordComponent") // Made and read once; never compared.
record EmbeddedMetadata(byte[] exif, byte[] xmp) {
  static final EmbeddedMetadata NONE = new EmbeddedMetadata(new byte[0], new byte[0]);

  private static final String EXIF_PREFIX = "Exif\0\0";
  private static final Pattern XMP_ORIENTATION = Pattern.compile("tiff:Orientation(=\"|>)([0-9])");

  EmbeddedMetadata withExif(byte[] found) {
    return new EmbeddedMetadata(found, xmp);
  }

  EmbeddedMetadata withXmp(byte[] found) {
    return new EmbeddedMetadata(exif, found);
  }

  Orientation orientation() {
    return Orientation.ofTag(exifTag().orElseGet(this::xmpTag));
  }

  private OptionalInt exifTag() {
    byte[] tiff = withoutPrefix(exif);
    if (tiff.length == 0) {
      return OptionalInt.empty();
    }
    Metadata metadata = new Metadata();
    try {
      new ExifReader().extract(new ByteArrayReader(tiff), metadata);
    } catch (RuntimeException e) {
      return OptionalInt.empty();
    }
    Directory directory = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
    Integer tag =
        directory == null ? null : directory.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
    return tag == null ? OptionalInt.empty() : OptionalInt.of(tag);
  }

  private int xmpTag() {
    Matcher matcher = XMP_ORIENTATION.matcher(new String(xmp, ISO_8859_1));
    return matcher.find() ? Integer.parseInt(matcher.group(2)) : 1;
  }

  private static byte[] withoutPrefix(byte[] exif) {
    FileBytes bytes = new FileBytes(exif);
    int start = 0;
    while (bytes.has(start, EXIF_PREFIX)) {
      start += EXIF_PREFIX.length();
    }
    return Arrays.copyOfRange(exif, start, exif.length);
  }
}
