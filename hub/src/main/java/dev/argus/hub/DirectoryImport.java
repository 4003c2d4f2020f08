package dev.argus.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Brings a checkpoint that lies on this machine to where models are looked for. */
public final class DirectoryImport {
  private static final int BUFFER_BYTES = 1 << 20;

  private DirectoryImport() {}

  /**
   * Gives a directory a name, by a symbolic link, and leaves it where it is. The same link again is
   * fine.
   *
   * @param link where models are looked for, with the name
   * @throws HubException if the name is taken
   */
  public static void link(Path directory, Path link) throws IOException {
    if (Files.isSymbolicLink(link) && !Files.exists(link)) {
      Files.delete(link); // What it led to is gone.
    }
    if (Files.exists(link)) {
      if (!Files.isSameFile(directory, link)) {
        throw new HubException("%s is taken; give another --name".formatted(link));
      }
      return;
    }
    Files.createDirectories(Optional.ofNullable(link.getParent()).orElseThrow());
    Files.createSymbolicLink(link, directory.toRealPath());
  }

  /**
   * Copies a checkpoint's files.
   *
   * @param target the directory that the copy becomes
   * @throws HubException if the directory holds no such checkpoint, or the target is taken
   */
  public static ImportRecord copy(
      Path directory, FileChoice choice, Path target, TransferProgress progress)
      throws IOException {
    String source = directory.toRealPath().toUri().toString();
    Targets.requireFreeFor(source, target);
    NavigableSet<String> names = names(directory);
    NavigableSet<String> wanted = choice.settings(names);
    wanted.addAll(choice.weights(names, directory));
    long total = 0;
    for (String name : wanted) {
      total += Files.size(directory.resolve(name));
    }
    progress.began(0, total);
    try (Staging staging = Staging.of(target)) {
      List<RemoteFile> files = new ArrayList<>();
      for (String name : wanted) {
        files.add(copy(directory.resolve(name), name, staging, progress));
      }
      ImportRecord record = new ImportRecord(source, "", "", choice.label(), files);
      staging.install(record);
      return record;
    }
  }

  private static RemoteFile copy(Path from, String name, Staging staging, TransferProgress progress)
      throws IOException {
    Path to = staging.checkpoint().resolve(name);
    Files.createDirectories(Optional.ofNullable(to.getParent()).orElseThrow());
    MessageDigest digest = Checksum.Kind.SHA256.digest();
    long size = 0;
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(from);
        OutputStream out = Files.newOutputStream(to)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
        digest.update(buffer, 0, read);
        size += read;
        progress.advanced(read);
      }
    }
    String hex = HexFormat.of().formatHex(digest.digest());
    return new RemoteFile(name, size, new Checksum(Checksum.Kind.SHA256, hex));
  }

  /** The files of a directory and of its folder {@code onnx}, as a repository names them. */
  private static NavigableSet<String> names(Path directory) throws IOException {
    NavigableSet<String> names = new TreeSet<>();
    for (Path folder : List.of(directory, directory.resolve("onnx"))) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> entries = Files.list(folder)) {
          entries
              .filter(Files::isRegularFile)
              .map(file -> directory.relativize(file).toString().replace('\\', '/'))
              .forEach(names::add);
        }
      }
    }
    return names;
  }
}
