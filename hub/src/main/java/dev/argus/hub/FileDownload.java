package dev.argus.hub;

import dev.argus.hub.HubClient.Transfer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/**
 * Receives one file into its part, from where an interrupted import stopped, and checks it. The
 * digest is computed as bytes come; only what was there before is read again. For one thread, once.
 */
final class FileDownload {
  private static final int BUFFER_BYTES = 1 << 18;

  private final HubClient client;
  private final Snapshot snapshot;
  private final RemoteFile file;
  private final Path part;
  private final Patience patience;
  private final TransferProgress progress;

  private MessageDigest digest;
  private long received;

  FileDownload(
      HubClient client,
      Snapshot snapshot,
      RemoteFile file,
      Path part,
      Patience patience,
      TransferProgress progress) {
    this.client = client;
    this.snapshot = snapshot;
    this.file = file;
    this.part = part;
    this.patience = patience;
    this.progress = progress;
    this.digest = file.checksum().digest(file.size());
  }

  /**
   * Receives what is missing. A part that was begun earlier and comes to a wrong checksum is
   * received once more from its beginning: the fault may be of this machine.
   *
   * @throws WrongChecksum if the file is not what the repository says
   * @throws HubException if it cannot be had, or not be written
   */
  void run() throws IOException, InterruptedException {
    boolean resumed = resume();
    if (receive()) {
      return;
    }
    if (resumed) {
      restart();
      if (receive()) {
        return;
      }
    }
    throw new WrongChecksum(
        "%s of %s does not have the checksum that the repository says: nothing of it is kept"
            .formatted(file.name(), snapshot.model().id()));
  }

  /** Whether some of the file is there. */
  private boolean resume() throws IOException {
    if (!Files.exists(part)) {
      return false;
    }
    if (Files.size(part) > file.size()) {
      Files.delete(part);
      return false;
    }
    Checksum.update(digest, part);
    received = Files.size(part);
    return received > 0;
  }

  private void restart() {
    progress.advanced(-received);
    received = 0;
    digest = file.checksum().digest(file.size());
  }

  /** Whether all bytes are there and right. */
  private boolean receive() throws IOException, InterruptedException {
    try (FileChannel out = openPart()) {
      while (received < file.size()) {
        try {
          receiveSome(out);
        } catch (IOException e) {
          patience.afterFailure(e);
        }
      }
      out.force(true); // The name that it gets next says that it is whole.
    }
    return file.checksum().isThatOf(digest);
  }

  private FileChannel openPart() throws HubException {
    try {
      FileChannel out = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      out.truncate(received);
      out.position(received);
      return out;
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private void receiveSome(FileChannel out) throws IOException, InterruptedException {
    Transfer transfer = client.open(snapshot, file, received);
    try (InputStream body = transfer.body()) {
      if (transfer.offset() < received) {
        restart();
        rewind(out);
      }
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
        if (read > file.size() - received) {
          throw new HubException(
              "%s of %s is longer than the repository says"
                  .formatted(file.name(), snapshot.model().id()));
        }
        write(out, ByteBuffer.wrap(buffer, 0, read));
        digest.update(buffer, 0, read);
        received += read;
        progress.advanced(read);
        patience.refresh();
      }
    }
    if (received < file.size()) {
      throw new IOException("the connection broke");
    }
  }

  private void rewind(FileChannel out) throws HubException {
    try {
      out.truncate(0);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /** A full disk is not to be mistaken for a broken connection. */
  private void write(FileChannel out, ByteBuffer bytes) throws HubException {
    try {
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private HubException cannotWrite(IOException e) {
    return new HubException("cannot write %s: %s".formatted(part, e.getMessage()), e);
  }
}
