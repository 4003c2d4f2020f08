package dev.argus.bench.tune;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Draws what was tried: a bar for each trial, as long as it took. */
final class TunePlot {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 380;
  private static final int LABEL_DEGREES = 20;
  private static final Color TAKEN = new Color(0x1B7F5C);
  private static final Color PASSED = new Color(0x8FB8DE);
  private static final Color REFUSED = new Color(0xD98880);

  private TunePlot() {}

  /** Writes a PNG with a chart for each part. */
  static void write(List<Trials> parts, Path file) throws IOException {
    BitmapEncoder.saveBitmap(
        parts.stream().map(TunePlot::chart).toList(),
        parts.size(),
        1,
        file.toString(),
        BitmapFormat.PNG);
  }

  private static CategoryChart chart(Trials trials) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("%s: ms per %s".formatted(trials.part(), trials.unit()))
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    chart.getStyler().setOverlapped(true);
    chart.getStyler().setXAxisLabelRotation(LABEL_DEGREES);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setSeriesColors(new Color[] {TAKEN, PASSED, REFUSED});
    Trial best = trials.best();
    List<String> labels = trials.all().stream().map(Trial::label).toList();
    List<@Nullable Double> taken = new ArrayList<>();
    List<@Nullable Double> passed = new ArrayList<>();
    List<@Nullable Double> refused = new ArrayList<>();
    for (Trial trial : trials.all()) {
      boolean isBest = trial.equals(best);
      taken.add(isBest ? trial.medianMs() : null);
      passed.add(!isBest && trial.passes() ? trial.medianMs() : null);
      refused.add(trial.passes() ? null : trial.medianMs());
    }
    chart.addSeries("taken", labels, taken);
    chart.addSeries("slower", labels, passed);
    chart.addSeries("answers differ", labels, refused);
    return chart;
  }
}
