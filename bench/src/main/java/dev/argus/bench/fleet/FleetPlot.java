package dev.argus.bench.fleet;

import dev.argus.bench.fleet.FleetReport.Caching;
import dev.argus.bench.fleet.FleetReport.Scaling;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;

/** Draws throughput by the number of encoders, and what their caches gave by routing. */
final class FleetPlot {
  private static final int WIDTH = 450;
  private static final int HEIGHT = 360;
  private static final Color BARS = new Color(0x2F7FD1);

  private FleetPlot() {}

  /** Writes both charts as a PNG, side by side. */
  static void write(FleetReport report, Path file) throws IOException {
    CategoryChart scaling =
        chart(
            "Requests a second (simulated device), no cache",
            report.scaling().stream().map(each -> encoders(each.encoders())).toList(),
            report.scaling().stream().map(Scaling::requestsPerSecond).toList());
    CategoryChart caching =
        chart(
            "Tiles found in a cache, %",
            report.caching().stream().map(FleetPlot::routing).toList(),
            report.caching().stream().map(each -> 100 * each.hitRate()).toList());
    BitmapEncoder.saveBitmap(List.of(scaling, caching), 1, 2, file.toString(), BitmapFormat.PNG);
  }

  private static CategoryChart chart(String title, List<String> labels, List<Double> values) {
    CategoryChart chart =
        new CategoryChartBuilder().width(WIDTH).height(HEIGHT).title(title).build();
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setLabelsVisible(true);
    chart.getStyler().setDecimalPattern("0.0");
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setSeriesColors(new Color[] {BARS});
    chart.addSeries(title, labels, values);
    return chart;
  }

  private static String encoders(int number) {
    return number == 1 ? "1 encoder" : number + " encoders";
  }

  private static String routing(Caching caching) {
    return caching.routing().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
