package dev.argus.bench.simulate;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws what policies cost and how many answers are good enough, by size, and for the largest size
 * how the day went. A colour is a policy; a full line is scaled by stage, a dashed one a monolith.
 */
final class SimulationPlot {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 430;
  private static final float LINE = 2;
  private static final Color NEEDED = new Color(0x9A9A9A);
  private static final List<Color> COLORS =
      List.of(new Color(0x7A7A7A), new Color(0x2F7FD1), new Color(0xB4561F), new Color(0x1B8A5F));

  private final List<Result> results;
  private final List<String> policies;
  private final List<Result> largest;

  SimulationPlot(List<Result> results) {
    this.results = results;
    this.policies = results.stream().map(Result::policy).distinct().toList();
    double peak = results.stream().mapToDouble(Result::peakRate).max().orElseThrow();
    this.largest = results.stream().filter(result -> result.peakRate() == peak).toList();
  }

  /** Writes a PNG. */
  void write(Path file) throws IOException {
    List<XYChart> charts = List.of(cost(), attainment(), day(), stages());
    BitmapEncoder.saveBitmap(charts, 2, 2, file.toString(), BitmapFormat.PNG);
  }

  private XYChart cost() {
    XYChart chart =
        bySize("Dollars for a million good answers", "dollars", Result::dollarsPerMillion);
    chart.getStyler().setYAxisMin(0.0);
    return chart;
  }

  private XYChart attainment() {
    XYChart chart =
        bySize("Requests answered well enough, %", "%", result -> 100 * result.attainment());
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setYAxisMax(100.0);
    return chart;
  }

  private XYChart bySize(String title, String unit, ToDoubleFunction<Result> value) {
    XYChart chart = chart(title, "replicas that the peak needs", unit);
    chart.getStyler().setXAxisLogarithmic(true);
    for (String label : results.stream().map(Result::label).distinct().toList()) {
      List<Result> line =
          results.stream()
              .filter(result -> result.label().equals(label))
              .filter(result -> Double.isFinite(value.applyAsDouble(result)))
              .sorted(Comparator.comparingDouble(Result::replicas))
              .toList();
      if (!line.isEmpty()) {
        XYSeries series =
            chart.addSeries(
                label,
                line.stream().map(Result::replicas).toList(),
                line.stream().map(value::applyAsDouble).toList());
        style(series, line.getFirst());
        series.setMarker(SeriesMarkers.CIRCLE);
        series.setMarkerColor(series.getLineColor());
      }
    }
    return chart;
  }

  private XYChart day() {
    Result first = largest.getFirst();
    XYChart chart =
        overTime("Dollars an hour, %s, %s".formatted(first.layout(), size()), "dollars an hour");
    for (Result result :
        largest.stream().filter(each -> each.layout().equals(first.layout())).toList()) {
      XYSeries series =
          chart.addSeries(
              result.policy(),
              hours(result),
              result.day().stream().map(Result.Moment::dollarsAnHour).toList());
      style(series, result);
      series.setMarker(SeriesMarkers.NONE);
    }
    XYSeries needed =
        chart.addSeries(
            "needed",
            hours(first),
            first.day().stream().map(Result.Moment::neededDollarsAnHour).toList());
    needed.setMarker(SeriesMarkers.NONE);
    needed.setLineColor(NEEDED);
    needed.setLineStyle(SeriesLines.DOT_DOT);
    return chart;
  }

  /** Where the money goes: pods of each deployment, of the policy that is the cheapest. */
  private XYChart stages() {
    Result best =
        largest.stream()
            .max(
                Comparator.comparingInt((Result result) -> result.deployments().size())
                    .thenComparing(
                        Comparator.comparingDouble(Result::dollarsPerMillion).reversed()))
            .orElseThrow();
    XYChart chart = overTime("Pods of %s, %s".formatted(best.label(), size()), "pods");
    for (int i = 0; i < best.deployments().size(); i++) {
      int deployment = i;
      List<Integer> pods = new ArrayList<>();
      best.day().forEach(moment -> pods.add(moment.pods().get(deployment)));
      XYSeries series = chart.addSeries(best.deployments().get(i).name(), hours(best), pods);
      series.setMarker(SeriesMarkers.NONE);
      series.setLineColor(COLORS.get(i + 1));
      series.setLineWidth(LINE);
    }
    return chart;
  }

  private XYChart overTime(String title, String unit) {
    XYChart chart = chart(title, "hours", unit);
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setXAxisMin(0.0);
    chart.getStyler().setXAxisMax(largest.getFirst().day().getLast().hours());
    return chart;
  }

  private String size() {
    return String.format(Locale.ROOT, "peak of %.3g requests/s", largest.getFirst().peakRate());
  }

  private static List<Double> hours(Result result) {
    return result.day().stream().map(Result.Moment::hours).toList();
  }

  private void style(XYSeries series, Result result) {
    series.setLineColor(COLORS.get(policies.indexOf(result.policy()) % COLORS.size()));
    series.setLineWidth(LINE);
    boolean split = result.deployments().size() > 1;
    series.setLineStyle(
        split
            ? SeriesLines.SOLID
            : new BasicStroke(
                LINE, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {6, 4}, 0));
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
    chart.getStyler().setDecimalPattern("#,##0.##");
    return chart;
  }
}
