package dev.argus.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a checkpoint is put together before it has its name: {@code <target>.partial}.
 *
 * <p>Design note: {@code parts/<checksum>-<name>} holds bytes that have come so far, so that a part
 * is resumed for the content that it is part of, whatever the revision; {@code checkpoint/<name>}
 * holds whole files. When all are there, {@code checkpoint} is renamed to the target: what has the
 * target's name is whole. A former checkpoint of that name is moved aside to {@code replaced}
 * first; a process that dies in between has lost nothing, the next one goes on. A file lock keeps a
 * second import of the same name out.
 */
final class Staging implements AutoCloseable {
  private final Path target;
  private final Path folder;
  private final FileChannel lockFile;

  private Staging(Path target, Path folder, FileChannel lockFile) {
    this.target = target;
    this.folder = folder;
    this.lockFile = lockFile;
  }

  /**
   * Takes possession of a target's staging folder; makes it where there is none.
   *
   * @throws HubException if another import has it
   */
  static Staging of(Path target) throws IOException {
    Path folder = target.resolveSibling(target.getFileName() + ".partial");
    make(folder.resolve("parts"));
    make(folder.resolve("checkpoint"));
    FileChannel lockFile =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!lock(lockFile)) {
      lockFile.close();
      throw new HubException("another import of %s is under way".formatted(target.getFileName()));
    }
    return new Staging(target, folder, lockFile);
  }

  private static void make(Path folder) throws HubException {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new HubException("cannot make the folder %s: %s".formatted(folder, e), e);
    }
  }

  private static boolean lock(FileChannel file) {
    try {
      @Nullable FileLock lock = file.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    } catch (IOException e) {
      return true; // A volume without locks: two imports at once are the user's to avoid.
    }
  }

  /** Where a file's bytes are collected. */
  Path part(RemoteFile file) {
    String name = file.checksum().hex() + "-" + file.name().replace('/', '_');
    return folder.resolve("parts").resolve(name);
  }

  /** Where whole files are. */
  Path checkpoint() {
    return folder.resolve("checkpoint");
  }

  /** Where a file is once it is whole. */
  Path whole(RemoteFile file) {
    return checkpoint().resolve(file.name());
  }

  /**
   * Whether a file is there, whole: from an interrupted import, or in the checkpoint that is to be
   * replaced, from which it is then taken over. Reads what it finds.
   */
  boolean has(RemoteFile file) throws IOException {
    Path staged = whole(file);
    if (isContent(staged, file)) {
      return true;
    }
    Files.deleteIfExists(staged);
    Path installed = target.resolve(file.name());
    if (!isContent(installed, file)) {
      return false;
    }
    Files.createDirectories(staged.getParent());
    try {
      Files.createLink(staged, installed);
    } catch (IOException | UnsupportedOperationException e) {
      Files.copy(installed, staged);
    }
    return true;
  }

  private static boolean isContent(Path path, RemoteFile file) throws IOException {
    return Files.isRegularFile(path)
        && Files.size(path) == file.size()
        && file.checksum().isThatOf(path);
  }

  /** Bytes of a file that have come so far. */
  long received(RemoteFile file) throws IOException {
    Path part = part(file);
    return Files.exists(part) ? Math.min(Files.size(part), file.size()) : 0;
  }

  /** A part has all its bytes, and they are right. */
  void completed(RemoteFile file) throws IOException {
    Path whole = whole(file);
    Files.createDirectories(whole.getParent());
    Files.move(part(file), whole, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Gives the checkpoint, which is to hold these files and a record, its name. */
  void install(ImportRecord record) throws IOException {
    Set<Path> wanted =
        record.files().stream().map(this::whole).collect(Collectors.toUnmodifiableSet());
    for (Path file : contents(checkpoint())) {
      if (Files.isRegularFile(file) && !wanted.contains(file)) {
        Files.delete(file); // Of another revision, whose import was interrupted.
      }
    }
    record.write(checkpoint());
    Path replaced = folder.resolve("replaced");
    if (Files.exists(target)) {
      delete(replaced);
      Files.move(target, replaced, StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(checkpoint(), target, StandardCopyOption.ATOMIC_MOVE);
    drop();
  }

  /** Deletes what has come. */
  void drop() throws IOException {
    delete(folder);
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      for (Path entry : contents(folder).reversed()) {
        Files.deleteIfExists(entry);
      }
    }
  }

  /** A folder and all below it, folders before what they hold. */
  private static List<Path> contents(Path folder) throws IOException {
    try (Stream<Path> entries = Files.walk(folder)) {
      return entries.sorted(Comparator.naturalOrder()).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Lets go of the folder; deletes it where nothing has come. */
  @Override
  public void close() throws IOException {
    lockFile.close();
    if (Files.exists(folder) && isEmpty("parts") && isEmpty("checkpoint") && isEmpty("replaced")) {
      drop();
    }
  }

  private boolean isEmpty(String name) throws IOException {
    Path entry = folder.resolve(name);
    return !Files.exists(entry) || contents(entry).stream().noneMatch(Files::isRegularFile);
  }
}
