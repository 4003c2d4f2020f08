package dev.argus.bench.serve.report;

import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Figures as a web page that stands alone, pictures included. Light and dark. */
public record ReportPage(Subject subject, List<Figures> runs, Percentiles percentiles) {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --line: #8884; --bad: #c0392b; }
      body { font: 15px/1.5 system-ui, sans-serif; max-width: 1080px; margin: 2rem auto; padding: 0 1rem; }
      .wide { overflow-x: auto; }
      table { border-collapse: collapse; margin: .5rem 0 1.5rem; }
      th, td { text-align: right; padding: .2rem 0 .2rem 1.2rem; border-bottom: 1px solid var(--line);
        font-variant-numeric: tabular-nums; white-space: nowrap; }
      th:first-child, td:first-child { text-align: left; padding-left: 0; }
      th[colspan] { text-align: center; }
      dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.2rem; }
      dt { opacity: .7; } dd { margin: 0; }
      img { max-width: 100%; height: auto; display: block; margin: 1rem 0; border-radius: 6px; }
      .bad { color: var(--bad); } .note { opacity: .75; font-size: 13px; }
      """;

  private static final String NOTE =
      """
      <p class="note">All latencies count from the moment at which a request was to be sent: a request that has to wait
      at the client, because the server is slow, is late. TTFT: to the first piece of the answer. TPOT: per token after
      the first, averaged over an answer. ITL: between two pieces. E2EL: to the end of the answer.</p>
      """;

  /** The page. */
  public String html() throws IOException {
    StringBuilder page = new StringBuilder();
    page.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.append("<meta name=\"viewport\" content=\"width=device-width\">\n");
    page.append("<title>%s: serving benchmark</title>\n".formatted(escape(subject.model())));
    page.append("<style>\n").append(STYLE).append("</style>\n</head>\n<body>\n");
    page.append("<h1>Serving benchmark: %s</h1>\n".formatted(escape(subject.model())));
    page.append(facts());
    page.append("<h2>Throughput</h2>\n").append(table(throughput()));
    page.append("<h2>Latency, ms</h2>\n").append(latencyTable());
    page.append(NOTE);
    page.append(plots());
    page.append(stages());
    page.append(failures());
    return page.append("</body>\n</html>\n").toString();
  }

  private String facts() {
    StringBuilder facts = new StringBuilder("<dl>\n");
    fact(facts, "Endpoint", subject.endpoint());
    fact(facts, "Asked", subject.workload());
    subject.settings().forEach((name, value) -> fact(facts, name, value));
    fact(facts, "Client's machine", subject.machine());
    fact(facts, "Date", subject.date());
    return facts.append("</dl>\n").toString();
  }

  private static void fact(StringBuilder facts, String name, String value) {
    facts.append("<dt>%s</dt><dd>%s</dd>\n".formatted(escape(name), escape(value)));
  }

  private List<List<String>> throughput() {
    boolean withGoodput = runs.stream().anyMatch(run -> run.goodput().isPresent());
    Stream<String> head =
        Stream.concat(
            Stream.of("load", "answered", "failed", "seconds", "requests/s"),
            Stream.concat(
                withGoodput ? Stream.of("goodput/s") : Stream.empty(),
                Stream.of("output tok/s", "all tok/s")));
    return Stream.concat(
            Stream.of(head.toList()), runs.stream().map(run -> throughput(run, withGoodput)))
        .toList();
  }

  private static List<String> throughput(Figures run, boolean withGoodput) {
    Stream<String> goodput =
        withGoodput ? Stream.of(Millis.text(run.goodput().orElse(0))) : Stream.empty();
    return Stream.of(
            Stream.of(
                run.pace().label() + (run.wholly() ? "" : " (stopped early)"),
                String.valueOf(run.completed()),
                String.valueOf(run.failed()),
                Millis.text(run.seconds()),
                Millis.text(run.requestsPerSecond())),
            goodput,
            Stream.of(Millis.text(run.outputPerSecond()), Millis.text(run.tokensPerSecond())))
        .flatMap(each -> each)
        .toList();
  }

  private String latencyTable() {
    int columns = percentiles.values().size() + 2;
    String names =
        Stream.of(Metric.values())
            .map(metric ->
                "<th colspan=\"%d\" title=\"%s\">%s</th>"
                    .formatted(columns, metric.title(), metric))
            .collect(Collectors.joining());
    String statistics =
        Stream.concat(
                Stream.of("mean", "P50"), percentiles.values().stream().map(Percentiles::name))
            .map(name -> "<th>%s</th>".formatted(name))
            .collect(Collectors.joining())
            .repeat(Metric.values().length);
    String rows = runs.stream().map(run -> row(latencies(run), "td")).collect(Collectors.joining());
    return "<div class=\"wide\"><table><thead><tr><th>load</th>%s</tr><tr><th></th>%s</tr></thead><tbody>%s</tbody></table></div>\n"
        .formatted(names, statistics, rows);
  }

  private List<String> latencies(Figures run) {
    return Stream.concat(
            Stream.of(run.pace().label()),
            Stream.of(Metric.values()).flatMap(metric -> latencies(run, metric)))
        .toList();
  }

  private Stream<String> latencies(Figures run, Metric metric) {
    var samples = run.latencies().get(metric);
    return Stream.concat(
        Stream.of(samples == null ? "-" : Millis.text(samples.mean()), Millis.of(run, metric, 50)),
        percentiles.values().stream().map(percentile -> Millis.of(run, metric, percentile)));
  }

  private String plots() throws IOException {
    if (runs.stream().noneMatch(run -> run.completed() > 0)) {
      return "";
    }
    return new Plots(runs, percentiles)
        .pngs().stream()
            .map(png ->
                "<img alt=\"The figures of the tables, drawn\" src=\"data:image/png;base64,%s\">\n"
                    .formatted(Base64.getEncoder().encodeToString(png)))
            .collect(Collectors.joining());
  }

  private String stages() {
    List<String> names =
        runs.stream().flatMap(run -> run.stageMillis().keySet().stream()).distinct().toList();
    if (names.isEmpty()) {
      return "";
    }
    Stream<List<String>> rows =
        runs.stream()
            .map(run ->
                Stream.concat(
                        Stream.of(run.pace().label()),
                        names.stream()
                            .map(name ->
                                run.stageMillis().containsKey(name)
                                    ? Millis.text(run.stageMillis().get(name))
                                    : "-"))
                    .toList());
    Stream<String> head = Stream.concat(Stream.of("load"), names.stream());
    return "<h2>Where the server's time went until the first token, median ms</h2>\n"
        + table(Stream.concat(Stream.of(head.toList()), rows).toList())
        + "<p class=\"note\">As the server tells; activities overlap, so that they need not add up to anything.</p>\n";
  }

  private String failures() {
    StringBuilder rows = new StringBuilder();
    for (Figures run : runs) {
      for (Map.Entry<String, Long> failure : run.failures().entrySet()) {
        rows.append(
            row(
                List.of(
                    run.pace().label(),
                    failure.getKey(),
                    String.format(Locale.ROOT, "%d", failure.getValue()),
                    String.valueOf(run.examples().get(failure.getKey()))),
                "td"));
      }
    }
    return rows.isEmpty()
        ? ""
        : "<h2 class=\"bad\">Failures</h2>\n<div class=\"wide\"><table><thead>%s</thead><tbody>%s</tbody></table></div>\n"
            .formatted(row(List.of("load", "kind", "number", "the first said"), "th"), rows);
  }

  private static String table(List<List<String>> rows) {
    return "<div class=\"wide\"><table><thead>%s</thead><tbody>%s</tbody></table></div>\n"
        .formatted(
            row(rows.getFirst(), "th"),
            rows.stream().skip(1).map(cells -> row(cells, "td")).collect(Collectors.joining()));
  }

  private static String row(List<String> cells, String tag) {
    return cells.stream()
        .map(cell -> "<%s>%s</%s>".formatted(tag, escape(cell), tag))
        .collect(Collectors.joining("", "<tr>", "</tr>\n"));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
