package dev.argus.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Receives files of one snapshot, several at once, into a staging folder. For one thread. */
final class SnapshotDownload {
  private static final long SPARE_BYTES = 64L << 20;

  private final HubClient client;
  private final Snapshot snapshot;
  private final Staging staging;
  private final HubLimits limits;
  private final Supplier<Patience> patience;

  /** Of all files that were asked for so far. */
  private int files;

  /** Of all files that were asked for so far; never above the limit. */
  private long bytes;

  /**
   * @param patience a fresh one for each request and file
   */
  SnapshotDownload(
      HubClient client,
      Snapshot snapshot,
      Staging staging,
      HubLimits limits,
      Supplier<Patience> patience) {
    this.client = client;
    this.snapshot = snapshot;
    this.staging = staging;
    this.limits = limits;
    this.patience = patience;
  }

  /**
   * Sizes and checksums of files.
   *
   * @throws HubException if all that were asked for are more than an import takes
   */
  List<RemoteFile> describe(NavigableSet<String> names) throws IOException, InterruptedException {
    files += names.size();
    if (files > limits.files()) {
      throw new HubException(
          "%s has %d files of weights and settings: at most %d are taken"
              .formatted(snapshot.model().id(), files, limits.files()));
    }
    List<RemoteFile> described = new ArrayList<>();
    for (String name : names) {
      RemoteFile file = patience.get().until(() -> client.file(snapshot, name));
      if (file.size() > limits.bytes() - bytes) {
        throw new HubException(
            "%s is larger than the %d GiB that are taken"
                .formatted(snapshot.model().id(), limits.bytes() >> 30));
      }
      bytes += file.size();
      described.add(file);
    }
    return described;
  }

  /**
   * Receives what is not there yet, and checks all.
   *
   * @throws WrongChecksum if a file is not what the repository says
   */
  void receive(List<RemoteFile> wanted, TransferProgress progress)
      throws IOException, InterruptedException {
    List<RemoteFile> missing = new ArrayList<>();
    long total = 0;
    long toCome = 0;
    for (RemoteFile file : wanted) {
      total += file.size();
      if (!staging.has(file)) {
        missing.add(file);
        toCome += file.size() - staging.received(file);
      }
    }
    requireSpace(toCome);
    progress.began(total - toCome, total);
    // The largest first, so that none is left alone at the end.
    missing.sort(Comparator.comparingLong(RemoteFile::size).reversed());
    ExecutorService workers =
        Executors.newFixedThreadPool(limits.parallel(), Thread.ofVirtual().factory());
    try {
      CompletionService<RemoteFile> downloads = new ExecutorCompletionService<>(workers);
      for (RemoteFile file : missing) {
        downloads.submit(() -> receive(file, progress));
      }
      for (int i = 0; i < missing.size(); i++) {
        downloads.take().get();
      }
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } finally {
      workers.shutdownNow(); // After a failure the others are interrupted.
      workers.close();
    }
  }

  private RemoteFile receive(RemoteFile file, TransferProgress progress)
      throws IOException, InterruptedException {
    new FileDownload(client, snapshot, file, staging.part(file), patience.get(), progress).run();
    staging.completed(file);
    return file;
  }

  private static IOException failure(@Nullable Throwable cause) throws InterruptedException {
    return switch (cause) {
      case IOException io -> io;
      case InterruptedException interrupted -> throw interrupted;
      case RuntimeException bug -> throw bug;
      case Error error -> throw error;
      case null, default -> new IOException(cause);
    };
  }

  private void requireSpace(long toCome) throws IOException {
    long free = Files.getFileStore(staging.checkpoint()).getUsableSpace();
    if (toCome > 0 && free < toCome + SPARE_BYTES) {
      throw new HubException(
          "%d MiB are to come, but the disk of %s has only %d MiB free"
              .formatted(toCome >> 20, staging.checkpoint().getParent(), free >> 20));
    }
  }
}
