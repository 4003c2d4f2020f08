package dev.argus.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** What may be put where: nothing is written over but an earlier import of the same. */
final class Targets {
  private Targets() {}

  /**
   * What an earlier import of a source has left in a directory; empty where it is free.
   *
   * @throws HubException if it holds something else
   */
  static Optional<ImportRecord> requireFreeFor(String source, Path target) throws IOException {
    Optional<ImportRecord> record = ImportRecord.in(target);
    if (record.isPresent() && !record.get().source().equals(source)) {
      throw new HubException(
          "%s is taken: it was imported from %s; give another --name or --to"
              .formatted(target, record.get().source()));
    }
    if (record.isEmpty() && Files.exists(target) && !isEmpty(target)) {
      throw new HubException(
          "%s is taken by something that was not imported; give another --name or --to"
              .formatted(target));
    }
    return record;
  }

  private static boolean isEmpty(Path target) throws IOException {
    try (Stream<Path> entries = Files.list(target)) {
      return entries.findAny().isEmpty();
    }
  }
}
