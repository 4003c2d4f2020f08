package dev.argus.preprocess.core.image;

import java.util.Arrays;
import java.util.Optional;

/** An image file format that Argus reads, known by its first bytes. */
public enum ImageFormat {
  JPEG("JPEG", "\u00ff\u00d8\u00ff"),
  PNG("PNG", "\u0089PNG\r\n\u001a\n"),
  WEBP("WebP", "RIFF"),
  GIF("GIF", "GIF8"),
  BMP("BMP", "BM");

  /** The formats, as a sentence lists them. */
  public static final String ALLOWED = "JPEG, PNG, WebP, GIF or BMP";

  private final String title;
  private final String magic;

  ImageFormat(String title, String magic) {
    this.title = title;
    this.magic = magic;
  }

  /** The format of a file that begins so. */
  public static Optional<ImageFormat> of(byte[] file) {
    FileBytes bytes = new FileBytes(file);
    return Arrays.stream(values()).filter(format -> format.begins(bytes)).findFirst();
  }

  /** The format's name, as people write it. */
  public String title() {
    return title;
  }

  private boolean begins(FileBytes file) {
    return file.has(0, magic) && (this != WEBP || file.has(8, "WEBP"));
  }
}
