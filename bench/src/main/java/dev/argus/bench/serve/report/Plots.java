package dev.argus.bench.serve.report;

import dev.argus.bench.measure.Samples;
import dev.argus.bench.serve.load.Pace;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws a sweep: latency against load, the throughput that came of it, and how times to first token
 * are distributed. Nothing is drawn of runs without an answer.
 */
public final class Plots {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 400;
  private static final double MILLIS_PER_SECOND = 1000;
  private static final Color[] COLORS = {
    new Color(0x2F7FD1),
    new Color(0xB4561F),
    new Color(0x1B8A5F),
    new Color(0x8E5BB5),
    new Color(0xC2A000),
    new Color(0x7A7A7A)
  };

  private final List<Figures> runs;
  private final Percentiles percentiles;

  /**
   * @param runs of different paces, at least one of them with an answer
   */
  public Plots(List<Figures> runs, Percentiles percentiles) {
    this.runs =
        runs.stream()
            .filter(run -> run.completed() > 0)
            .sorted(Comparator.comparingDouble(run -> run.pace().level()))
            .toList();
    this.percentiles = percentiles;
  }

  /** Writes all charts, one below the other, as a PNG. */
  public void write(Path png) throws IOException {
    List<XYChart> charts = charts();
    BitmapEncoder.saveBitmap(charts, charts.size(), 1, png.toString(), BitmapFormat.PNG);
  }

  /** Each chart as the bytes of a PNG. */
  List<byte[]> pngs() throws IOException {
    List<byte[]> pngs = new ArrayList<>();
    for (XYChart chart : charts()) {
      pngs.add(BitmapEncoder.getBitmapBytes(chart, BitmapFormat.PNG));
    }
    return pngs;
  }

  private List<XYChart> charts() {
    if (runs.isEmpty()) {
      throw new IllegalStateException("no run has an answer");
    }
    return runs.size() == 1
        ? List.of(distribution())
        : List.of(latencies(), throughput(), distribution());
  }

  private XYChart latencies() {
    XYChart chart = chart("Latency against load", load(), "seconds");
    double highest = percentiles.highest();
    line(chart, Metric.TTFT, 50);
    line(chart, Metric.TTFT, highest);
    line(chart, Metric.E2EL, 50);
    line(chart, Metric.E2EL, highest);
    return chart;
  }

  private void line(XYChart chart, Metric metric, double percentile) {
    String name = "%s %s".formatted(metric, Percentiles.name(percentile));
    if (!chart.getSeriesMap().containsKey(name)) {
      add(
          chart,
          name,
          levels(),
          runs.stream().map(run -> seconds(run, metric, percentile)).toList(),
          SeriesMarkers.CIRCLE);
    }
  }

  private XYChart throughput() {
    XYChart chart = chart("Output token throughput against load", load(), "tokens/s");
    add(
        chart,
        "output tokens/s",
        levels(),
        runs.stream().map(Figures::outputPerSecond).toList(),
        SeriesMarkers.CIRCLE);
    return chart;
  }

  private XYChart distribution() {
    XYChart chart = chart("Time to first token: share of answers that had it", "seconds", "share");
    chart.getStyler().setYAxisMax(1.0);
    chart
        .getStyler()
        .setyAxisTickLabelsFormattingFunction(
            share -> String.format(Locale.ROOT, "%.0f %%", 100 * share));
    chart.getStyler().setXAxisMin(0.0);
    for (Figures run : runs) {
      steps(chart, run);
    }
    guide(chart, percentiles.highest());
    return chart;
  }

  /** The empirical distribution: a step up at each sample. */
  private static void steps(XYChart chart, Figures run) {
    List<Double> millis = samples(run, Metric.TTFT).orElseThrow().millis();
    List<Double> times = new ArrayList<>(List.of(millis.getFirst() / MILLIS_PER_SECOND));
    List<Double> shares = new ArrayList<>(List.of(0.0));
    for (int i = 0; i < millis.size(); i++) {
      double time = millis.get(i) / MILLIS_PER_SECOND;
      times.addAll(List.of(time, time));
      shares.addAll(List.of((double) i / millis.size(), (i + 1.0) / millis.size()));
    }
    add(chart, run.pace().label(), times, shares, SeriesMarkers.NONE);
  }

  /** A line that all curves cross at a percentile. */
  private void guide(XYChart chart, double percentile) {
    double longest =
        runs.stream().mapToDouble(run -> seconds(run, Metric.TTFT, 100)).max().orElseThrow();
    double share = percentile / 100;
    var series =
        chart.addSeries(Percentiles.name(percentile), List.of(0.0, longest), List.of(share, share));
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(Color.GRAY);
    series.setLineStyle(SeriesLines.DASH_DASH);
    series.setLineWidth(1);
  }

  private String load() {
    return switch (runs.getFirst().pace()) {
      case Pace.Closed _ -> "requests at once";
      case Pace.Open _ -> "requests sent a second";
    };
  }

  private List<Double> levels() {
    return runs.stream().map(run -> run.pace().level()).toList();
  }

  private static double seconds(Figures run, Metric metric, double percentile) {
    return samples(run, metric).orElseThrow().quantile(percentile / 100) / MILLIS_PER_SECOND;
  }

  private static Optional<Samples> samples(Figures run, Metric metric) {
    return Optional.ofNullable(run.latencies().get(metric));
  }

  private static XYChart chart(String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setDecimalPattern("0.###");
    return chart;
  }

  private static void add(
      XYChart chart, String name, List<Double> x, List<Double> y, Marker marker) {
    var series = chart.addSeries(name, x, y);
    series.setMarker(marker);
    series.setLineColor(COLORS[(chart.getSeriesMap().size() - 1) % COLORS.length]);
    series.setMarkerColor(series.getLineColor());
  }
}
