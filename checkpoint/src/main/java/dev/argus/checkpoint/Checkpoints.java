package dev.argus.checkpoint;

import dev.argus.base.failure.ModelFault;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Opens checkpoints, each once: stages of one process share what is read of it, of which the
 * tokenizer takes longest. Thread-safe.
 */
public final class Checkpoints {
  private final Map<Path, Checkpoint> opened = new ConcurrentHashMap<>();

  /**
   * A directory's checkpoint.
   *
   * @throws ModelFault as {@link Checkpoint#open}
   */
  public Checkpoint open(Path directory) {
    return opened.computeIfAbsent(directory, Checkpoint::open);
  }
}
