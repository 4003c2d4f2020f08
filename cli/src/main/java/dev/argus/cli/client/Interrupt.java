package dev.argus.cli.client;

import org.jline.utils.Signals;

/** Ctrl-C, while there is something to give up. */
public final class Interrupt {
  private static final String SIGNAL = "INT";

  private Interrupt() {}

  /**
   * Runs a task; an interrupt from the keyboard gives it up instead of ending the process on the
   * spot, under the feet of the stages that run in it.
   *
   * @param giveUp makes the task end soon; called from another thread
   */
  public static void during(Runnable task, Runnable giveUp) {
    Object before = Signals.register(SIGNAL, giveUp);
    try {
      task.run();
    } finally {
      Signals.unregister(SIGNAL, before);
    }
  }
}
