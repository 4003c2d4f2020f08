package dev.argus.decoder.core;

import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.Overloaded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The bounded queue of commands between the threads of the streams and the scheduler's.
 *
 * <p>The scheduler empties it before each iteration, so a full inbox means that an iteration takes
 * long: a new request is refused, a stream that has begun waits.
 *
 * <p>Thread-safe: many put, one takes.
 */
final class Inbox {
  private static final int CAPACITY = 1024;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final BlockingQueue<Command> commands = new ArrayBlockingQueue<>(CAPACITY);
  private volatile boolean closed;

  /**
   * Puts a command that begins a sequence, without waiting.
   *
   * @throws Overloaded if there is no room
   * @throws Cancelled if the inbox is closed
   */
  void offer(Command command) {
    if (!commands.offer(command)) {
      throw new Overloaded("the decoder's inbox is full", RETRY_AFTER);
    }
    if (takenBackBecauseClosed(command)) {
      throw new Cancelled("the decoder is stopping");
    }
  }

  /**
   * Puts a command for a sequence that was submitted before, waiting for room. Does nothing if the
   * inbox is closed: every sequence has ended then.
   *
   * @throws Overloaded if there was no room for half a minute
   * @throws Cancelled if there was no room and the thread was interrupted: one that was interrupted
   *     before can still cancel its sequence
   */
  void put(Command command) {
    try {
      if (!commands.offer(command)
          && !commands.offer(command, LONGEST_WAIT.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new Overloaded("the decoder takes no commands", RETRY_AFTER);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Cancelled("interrupted while waiting for the decoder");
    }
    takenBackBecauseClosed(command);
  }

  /**
   * Takes all commands there are, waiting for the first.
   *
   * @param longestNanos longest wait
   */
  List<Command> await(long longestNanos) throws InterruptedException {
    Command first = commands.poll(longestNanos, TimeUnit.NANOSECONDS);
    if (first == null) {
      return List.of();
    }
    List<Command> taken = new ArrayList<>(List.of(first));
    commands.drainTo(taken);
    return taken;
  }

  /** Takes all commands there are, which may be none. */
  List<Command> drain() {
    List<Command> taken = new ArrayList<>();
    commands.drainTo(taken);
    return taken;
  }

  /** Refuses commands from now on. Those inside can still be taken. */
  void close() {
    closed = true;
  }

  /**
   * A command put while the inbox was being closed either is taken back here or was taken by the
   * last {@link #drain}: never neither.
   */
  private boolean takenBackBecauseClosed(Command command) {
    return closed && commands.remove(command);
  }
}
