package dev.argus.bench.binding;

import com.sun.management.ThreadMXBean;
import dev.argus.runtime.Binding;
import java.lang.management.ManagementFactory;

/**
 * What a step costs on one thread: processor time, which other processes on the machine do not
 * lengthen much.
 *
 * @param runMicros of a run, its graph included
 * @param runGarbageBytes of the heap, for each run
 * @param bindMicros of binding, running and closing, less the run
 */
record RunCost(double runMicros, double runGarbageBytes, double bindMicros) {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final double NANOS_PER_MICRO = 1e3;

  /** Measures; half as many runs again warm up. */
  static RunCost measure(DecodeStep step, int runs) {
    double run;
    double garbage;
    try (Binding binding = step.bind()) {
      repeat(binding::run, runs / 2);
      long before = allocatedBytes();
      run = repeat(binding::run, runs);
      garbage = (allocatedBytes() - before) / (double) runs;
    }
    repeat(() -> bindAndRun(step), runs / 2);
    return new RunCost(run, garbage, repeat(() -> bindAndRun(step), runs) - run);
  }

  /** Binds, runs and closes. */
  static void bindAndRun(DecodeStep step) {
    try (Binding binding = step.bind()) {
      binding.run();
    }
  }

  /** Microseconds of this thread each time. */
  private static double repeat(Runnable action, int times) {
    long start = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < times; i++) {
      action.run();
    }
    return (THREADS.getCurrentThreadCpuTime() - start) / NANOS_PER_MICRO / times;
  }

  private static long allocatedBytes() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }
}
