package dev.argus.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What a file's content must come to.
 *
 * @param hex lower-case hexadecimal digits, as many as the kind has
 */
public record Checksum(Kind kind, String hex) {
  private static final int BUFFER_BYTES = 1 << 20;

  public Checksum {
    if (!hex.matches("[0-9a-f]{%d}".formatted(kind.digits))) {
      throw new IllegalArgumentException(hex + " is not a checksum of kind " + kind);
    }
  }

  /** How it is computed. */
  public enum Kind {
    /** Of files in Git's large file storage: SHA-256 of the content. */
    SHA256("SHA-256", 64),
    /** Of other files: Git's object id, SHA-1 of {@code blob <size>\0} and the content. */
    GIT_BLOB("SHA-1", 40);

    private final String algorithm;
    private final int digits;

    Kind(String algorithm, int digits) {
      this.algorithm = algorithm;
      this.digits = digits;
    }

    /** A fresh digest. */
    MessageDigest digest() {
      try {
        return MessageDigest.getInstance(algorithm);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has " + algorithm, e);
      }
    }
  }

  /** The checksum of so many digits; empty for what is none. */
  static Optional<Checksum> of(String hex) {
    for (Kind kind : Kind.values()) {
      if (hex.matches("[0-9a-f]{%d}".formatted(kind.digits))) {
        return Optional.of(new Checksum(kind, hex));
      }
    }
    return Optional.empty();
  }

  /** The checksum in a header such as {@code W/"a5c3..."}. */
  static Optional<Checksum> ofEntityTag(String header) {
    return of(header.replaceAll("^W/|\"", ""));
  }

  /**
   * A digest that has seen nothing of the content yet.
   *
   * @param size of the content, in bytes
   */
  MessageDigest digest(long size) {
    MessageDigest digest = kind.digest();
    if (kind == Kind.GIT_BLOB) {
      digest.update("blob %d\0".formatted(size).getBytes(StandardCharsets.US_ASCII));
    }
    return digest;
  }

  /** Whether a digest that has seen the whole content came to this. */
  boolean isThatOf(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest()).equals(hex);
  }

  /** Whether a file's content comes to this; reads it. */
  boolean isThatOf(Path file) throws IOException {
    MessageDigest digest = digest(Files.size(file));
    update(digest, file);
    return isThatOf(digest);
  }

  /** Shows a digest a file. */
  static void update(MessageDigest digest, Path file) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream content = Files.newInputStream(file)) {
      for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
  }
}
