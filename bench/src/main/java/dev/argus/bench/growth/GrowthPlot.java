package dev.argus.bench.growth;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws each growth: every question's time, the medians, and the line nearest to these. */
final class GrowthPlot {
  private static final int WIDTH = 460;
  private static final int HEIGHT = 400;
  private static final Color LINE = new Color(0xB4561F);
  private static final Color EACH = new Color(0x8FB8DE);
  private static final Color MEDIAN = new Color(0x2F7FD1);

  private GrowthPlot() {}

  /** Writes a PNG, a panel for each, side by side. */
  static void write(GrowthReport report, Path file) throws IOException {
    List<XYChart> charts = report.growths().stream().map(GrowthPlot::chart).toList();
    BitmapEncoder.saveBitmap(charts, 1, charts.size(), file.toString(), BitmapFormat.PNG);
  }

  private static XYChart chart(Growth growth) {
    Line line = growth.line();
    String title =
        String.format(
            Locale.ROOT,
            "%.0f ms + %.2f ms a %s, R² %.4f",
            line.interceptMs(),
            line.slopeMs(),
            growth.axis().unit(),
            line.r2());
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(growth.axis().label())
            .yAxisTitle("time to first token, ms")
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setLegendPosition(LegendPosition.InsideNW);
    chart.getStyler().setXAxisMin(0.0);
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setYAxisDecimalPattern("0");
    addLine(chart, growth);
    addTimes(chart, growth);
    return chart;
  }

  private static void addLine(XYChart chart, Growth growth) {
    double last = growth.points().getLast().x();
    double first = growth.points().getFirst().x();
    Line line = growth.line();
    XYSeries series =
        chart.addSeries(
            "least squares", List.of(first, last), List.of(line.at(first), line.at(last)));
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(LINE);
  }

  private static void addTimes(XYChart chart, Growth growth) {
    List<Integer> counts = new ArrayList<>();
    List<Double> times = new ArrayList<>();
    for (Point point : growth.points()) {
      for (double millis : point.allMs()) {
        counts.add(point.x());
        times.add(millis);
      }
    }
    addDots(chart.addSeries("each question", counts, times), SeriesMarkers.CIRCLE, EACH);
    addDots(
        chart.addSeries(
            "median",
            growth.points().stream().map(Point::x).toList(),
            growth.points().stream().map(Point::medianMs).toList()),
        SeriesMarkers.DIAMOND,
        MEDIAN);
  }

  private static void addDots(XYSeries series, Marker marker, Color color) {
    series.setLineStyle(SeriesLines.NONE);
    series.setMarker(marker);
    series.setMarkerColor(color);
  }
}
