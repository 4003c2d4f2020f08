package dev.argus.bench.serve.report;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was measured.
 *
 * @param endpoint such as {@code grpc://localhost:7070}
 * @param workload what was asked, in words
 * @param settings options that matter, by name
 * @param machine the client's, and the server's where it is the same process
 * @param date when, ISO 8601
 */
public record Subject(
    String endpoint,
    String model,
    String workload,
    Map<String, String> settings,
    String machine,
    String date) {
  public Subject {
    settings = new LinkedHashMap<>(settings);
  }
}
