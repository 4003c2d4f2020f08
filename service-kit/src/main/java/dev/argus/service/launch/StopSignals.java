package dev.argus.service.launch;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends a process gracefully when it is told to stop: by Kubernetes (SIGTERM) or by Ctrl-C (SIGINT).
 *
 * <p>Design note: not a shutdown hook. All hooks run at once, and ONNX Runtime's own frees its
 * environment under the answers that are to be let end. Here the JVM begins to shut down when the
 * process has drained. {@code sun.misc.Signal} is the JDK's only way to hear of a signal; by
 * reflection, because javac warns of it in a way that cannot be answered.
 */
final class StopSignals {
  private static final List<String> NAMES = List.of("TERM", "INT");
  private static final int EXIT_CODE_OF_INTERRUPTED = 130;

  private StopSignals() {}

  /** Runs a task at the first signal, on a thread of its own; a second one ends the process. */
  static void onFirst(Runnable task) {
    AtomicBoolean stopping = new AtomicBoolean();
    Runnable onSignal =
        () -> {
          if (stopping.compareAndSet(false, true)) {
            Thread.ofPlatform().name("argus-stop").start(task);
          } else {
            Runtime.getRuntime().halt(EXIT_CODE_OF_INTERRUPTED);
          }
        };
    NAMES.forEach(name -> handle(name, onSignal));
  }

  private static void handle(String name, Runnable onSignal) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              StopSignals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                onSignal.run();
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("SIG" + name + " cannot be handled", e);
    }
  }
}
