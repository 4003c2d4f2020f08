package dev.argus.bench.simulate.time;

/**
 * One thing at a time that runs on a processor: so many seconds if it had its threads to itself,
 * longer where it shares them. Progress is in those seconds.
 */
public final class Work {
  private final Processor processor;
  private final int threads;
  private final Calendar.Timer end;
  private final Runnable afterwards;
  private double seconds;
  private double progress;
  private double since;

  /**
   * @param threads that it wants while it runs
   * @param afterwards told whenever it has come to its end
   */
  public Work(Processor processor, int threads, Runnable afterwards) {
    this.processor = processor;
    this.threads = threads;
    this.afterwards = afterwards;
    this.end = processor.calendar().timer(this::finish);
  }

  /** Begins; it must not be running. */
  public void begin(double newSeconds) {
    seconds = newSeconds;
    progress = 0;
    since = processor.calendar().now();
    processor.add(this);
    go(processor.speed());
  }

  /** Seconds of it that are done. */
  public double progress() {
    return progress + (processor.calendar().now() - since) * processor.speed();
  }

  /**
   * Moves the end of what is running.
   *
   * @param newSeconds in all, not less than the progress
   */
  public void endAfter(double newSeconds) {
    seconds = newSeconds;
    go(processor.speed());
  }

  int threads() {
    return threads;
  }

  /**
   * Goes on at the processor's speed.
   *
   * @param before its speed until now
   */
  void go(double before) {
    double now = processor.calendar().now();
    progress += (now - since) * before;
    since = now;
    end.set(now + (seconds - progress) / processor.speed());
  }

  private void finish() {
    processor.remove(this);
    afterwards.run();
  }
}
