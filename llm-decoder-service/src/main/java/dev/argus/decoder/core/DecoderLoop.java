package dev.argus.decoder.core;

import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.ModelFault;
import dev.argus.base.failure.Overloaded;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The thread that owns a language model and its scheduler: takes commands from the inbox, runs
 * iterations while there is work, and otherwise sleeps until a command comes or a limit passes.
 *
 * <p>A platform thread, because a native call would hold a virtual thread's carrier. Thread-safe.
 */
public final class DecoderLoop implements AutoCloseable {
  private static final Duration LONGEST_SLEEP = Duration.ofMinutes(1);
  private static final Duration LONGEST_STOP = Duration.ofMinutes(1);

  private final LanguageModel model;
  private final Scheduler scheduler;
  private final Inbox inbox = new Inbox();
  private final AtomicLong sequences = new AtomicLong();
  private final Thread thread;
  private volatile boolean stopping;

  private DecoderLoop(String name, LanguageModel model, Scheduler scheduler) {
    this.model = model;
    this.scheduler = scheduler;
    this.thread = Thread.ofPlatform().name("decoder-" + name).unstarted(this::run);
  }

  /**
   * Starts a loop.
   *
   * @param name of the model, for the thread's name
   * @param model from now on the loop's, which closes it
   */
  public static DecoderLoop start(
      String name, LanguageModel model, SchedulerLimits limits, SchedulerObserver observer) {
    Scheduler scheduler = new Scheduler(model, limits, System::nanoTime, observer);
    DecoderLoop loop = new DecoderLoop(name, model, scheduler);
    loop.thread.start();
    return loop;
  }

  /**
   * Begins a sequence. Its deadline is by {@link System#nanoTime}.
   *
   * @throws Overloaded if too many commands are waiting; a full queue of sequences is reported by
   *     an event
   * @throws Cancelled if the loop was closed
   */
  public Ticket submit(Request request) {
    long sequence = sequences.incrementAndGet();
    inbox.offer(new Command.Submit(sequence, request));
    return new Ticket(sequence, inbox);
  }

  /** Ends all sequences with {@link Cancelled}, stops the thread and closes the model. */
  @Override
  public void close() {
    stopping = true;
    inbox.close();
    thread.interrupt();
    try {
      if (!thread.join(LONGEST_STOP)) {
        throw new ModelFault("the model did not return within " + LONGEST_STOP, null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (model) {
      while (!stopping) {
        iterate();
      }
    } catch (InterruptedException e) {
      // Only close() interrupts, to end a sleep.
    } finally {
      end();
    }
  }

  private void iterate() throws InterruptedException {
    List<Command> commands = scheduler.busy() ? inbox.drain() : inbox.await(sleepNanos());
    commands.forEach(this::apply);
    orFailAll(scheduler::step);
  }

  /** One by one: a command after one that fails is another sequence's, and its caller waits. */
  private void apply(Command command) {
    orFailAll(() -> scheduler.apply(command));
  }

  private void orFailAll(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      // A bug, or no memory: what the sequences' state is worth is unknown. None of them survives,
      // the rest does.
      scheduler.failAll(new ModelFault("the decoder's scheduler failed", e));
    }
  }

  private long sleepNanos() {
    return Math.clamp(
        scheduler.nanosToNextLimit().orElse(Long.MAX_VALUE), 1, LONGEST_SLEEP.toNanos());
  }

  /** Nobody is left waiting for an event that never comes. */
  private void end() {
    inbox.close();
    inbox.drain().forEach(this::apply);
    scheduler.failAll(new Cancelled("the decoder is stopping"));
  }
}
