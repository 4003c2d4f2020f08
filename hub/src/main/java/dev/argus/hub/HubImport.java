package dev.argus.hub;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Brings a model from a hub into a directory: asks what the revision holds, receives settings, then
 * weights, checks every file, and gives the whole its name. Does nothing where all is there.
 *
 * <p>An interrupted import goes on where it stopped when it is run again. For one thread.
 */
public final class HubImport {
  private static final String MAIN = "main";

  private final HubSettings settings;
  private final HubLimits limits;
  private final Pause pause;
  private final TransferProgress progress;

  public HubImport(HubSettings settings, HubLimits limits, Pause pause, TransferProgress progress) {
    this.settings = settings;
    this.limits = limits;
    this.pause = pause;
    this.progress = progress;
  }

  /**
   * What is wanted.
   *
   * @param revision branch, tag or commit; empty for the address's own, or else {@code main}
   * @param target the directory that the checkpoint becomes
   * @param check is shown the settings before the weights are received
   */
  public record Request(
      ModelAddress model,
      Optional<String> revision,
      FileChoice choice,
      Path target,
      SettingsCheck check) {

    String wantedRevision() {
      return revision.or(model::revision).orElse(MAIN);
    }
  }

  /**
   * Does it.
   *
   * @return what the directory now holds
   * @throws HubException if it cannot be had; says why, and what to do
   * @throws IOException if files cannot be written
   * @throws InterruptedException if the thread is interrupted; what has come is kept
   */
  public ImportRecord run(Request request) throws IOException, InterruptedException {
    Optional<ImportRecord> installed = installed(request);
    if (settings.offline()) {
      return installed.orElseThrow(() -> offline(request));
    }
    boolean pinned =
        installed.isPresent() && installed.get().commit().equals(request.wantedRevision());
    return pinned ? installed.get() : update(request, installed);
  }

  /** The record of an earlier import of the same, all of whose files are there. */
  private static Optional<ImportRecord> installed(Request request) throws IOException {
    Path target = request.target();
    Optional<ImportRecord> record =
        Targets.requireFreeFor(request.model().page().toString(), target);
    return record.isPresent()
            && record.get().choice().equals(request.choice().label())
            && record.get().isWhole(target)
        ? record
        : Optional.empty();
  }

  private static HubException offline(Request request) {
    return new HubException(
        "%s is not here, and HF_HUB_OFFLINE forbids to ask %s for it: unset it, or import a directory"
            .formatted(request.model().id(), request.model().endpoint()));
  }

  private ImportRecord update(Request request, Optional<ImportRecord> installed)
      throws IOException, InterruptedException {
    String revision = request.wantedRevision();
    try (HubClient client = new HubClient(settings, limits)) {
      Snapshot snapshot = patience().until(() -> client.snapshot(request.model(), revision));
      if (installed.isPresent() && installed.get().commit().equals(snapshot.commit())) {
        return installed.get();
      }
      try (Staging staging = Staging.of(request.target())) {
        return receive(request, client, snapshot, staging);
      }
    }
  }

  private ImportRecord receive(
      Request request, HubClient client, Snapshot snapshot, Staging staging)
      throws IOException, InterruptedException {
    SnapshotDownload download =
        new SnapshotDownload(client, snapshot, staging, limits, this::patience);
    NavigableSet<String> names = new TreeSet<>(snapshot.files().keySet());
    try {
      List<RemoteFile> files = new ArrayList<>(download.describe(request.choice().settings(names)));
      download.receive(files, TransferProgress.SILENT);
      request.check().check(staging.checkpoint());
      List<RemoteFile> weights =
          download.describe(request.choice().weights(names, staging.checkpoint()));
      download.receive(weights, progress);
      files.addAll(weights);
      ImportRecord record =
          new ImportRecord(
              request.model().page().toString(),
              request.wantedRevision(),
              snapshot.commit(),
              request.choice().label(),
              files);
      staging.install(record);
      return record;
    } catch (WrongChecksum e) {
      staging.drop();
      throw new HubException(String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) { // The check's own words: the model is of no use.
      staging.drop();
      throw e;
    }
  }

  private Patience patience() {
    return new Patience(limits, pause, progress);
  }
}
