package dev.argus.bench.soak;

import io.grpc.Status;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How requests ended. Thread-safe. */
final class Tally {
  private final LongAdder answered = new LongAdder();
  private final LongAdder givenUp = new LongAdder();
  private final LongAdder refused = new LongAdder();

  /** By what the server said; few different ones. */
  private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();

  void answered() {
    answered.increment();
  }

  /** The client left, or its deadline passed. */
  void gaveUp() {
    givenUp.increment();
  }

  /** The server was too busy. */
  void refused() {
    refused.increment();
  }

  /** Ended as it never should. */
  void failed(Status status) {
    failures.computeIfAbsent(status.getCode().name(), _ -> new LongAdder()).increment();
  }

  /** Answered, given up, refused. */
  List<Long> counts() {
    return List.of(answered.sum(), givenUp.sum(), refused.sum());
  }

  /** By status, what should not have happened. */
  Map<String, LongAdder> failures() {
    return Collections.unmodifiableMap(new TreeMap<>(failures));
  }
}
