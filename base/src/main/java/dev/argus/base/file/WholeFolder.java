package dev.argus.base.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A folder that is there with all its files, or not at all.
 *
 * <p>Design note: it is filled under a name of its own and renamed when the disk has all of it. Two
 * processes, or threads, that make the same folder at once both succeed: the second finds the name
 * taken and drops its work. There is no lock, because network volumes may not have any. What a
 * killed process left is deleted a day later by whoever makes a folder beside it.
 */
public final class WholeFolder {
  private static final String PARTIAL = ".partial";
  private static final Duration ABANDONED_AFTER = Duration.ofDays(1);

  private WholeFolder() {}

  /** Writes a folder's files. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes them.
     *
     * @param folder where to: an empty folder, which will have another name
     */
    void writeTo(Path folder) throws IOException;
  }

  /**
   * Makes a folder, and those that it lies in, unless somebody else is faster.
   *
   * @param content what is written to it, where it is equal for all who make it
   * @throws IOException if it cannot be written; nothing is left then
   */
  public static void make(Path folder, Content content) throws IOException {
    Path parent = folder.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException(folder + " is no place for a folder");
    }
    Files.createDirectories(parent);
    sweep(parent);
    Path partial =
        Files.createDirectory(
            parent.resolve(folder.getFileName() + "-" + UUID.randomUUID() + PARTIAL));
    try {
      content.writeTo(partial);
      force(partial);
      Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!Files.exists(folder)) {
        throw e;
      }
      // Somebody was faster: that folder is as good.
    } finally {
      delete(partial);
    }
  }

  /** Whether a folder is one that somebody is filling, or has been killed while filling. */
  public static boolean isBeingMade(Path folder) {
    return folder.toString().endsWith(PARTIAL);
  }

  /** Deletes a folder and all that is in it, if it is there. Follows no links. */
  public static void delete(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.toList().reversed()) {
        Files.deleteIfExists(path);
      }
    } catch (NoSuchFileException e) {
      if (!e.getFile().equals(folder.toString())) {
        throw e;
      }
    }
  }

  /** Waits until the disk has all files of a folder. */
  private static void force(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path file : tree.filter(Files::isRegularFile).toList()) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
      }
    }
  }

  private static void sweep(Path parent) throws IOException {
    FileTime abandoned = FileTime.from(Instant.now().minus(ABANDONED_AFTER));
    List<Path> entries;
    try (Stream<Path> all = Files.list(parent)) {
      entries = all.filter(WholeFolder::isBeingMade).toList();
    }
    for (Path entry : entries) {
      if (Files.getLastModifiedTime(entry).compareTo(abandoned) < 0) {
        delete(entry);
      }
    }
  }
}
