package dev.argus.bench.recipes;

import dev.argus.bench.breakdown.Segment;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Draws the time to first token of each step: a bar, stacked of its stages. */
final class RecipesPlot {
  private static final int WIDTH = 1200;
  private static final int HEIGHT = 480;
  private static final int LABEL_DEGREES = 25;

  private RecipesPlot() {}

  /** Writes two charts as a PNG, as measured and at GPU speed, one below the other. */
  static void write(RecipesReport report, Path file) throws IOException {
    String measured =
        "%s: time to first token as measured, ms (%d threads, %d tiles)"
            .formatted(report.model(), report.threads(), report.tiles());
    String gpu =
        String.format(
            Locale.ROOT,
            "At GPU speed, ms. NOT measured: encoder and decoder replaced by %.1f ms (%s)",
            report.gpuMs(),
            report.gpuSource());
    List<CategoryChart> charts =
        List.of(
            chart(measured, report.steps(), StepFigures::byStage),
            chart(gpu, report.steps(), StepFigures::atGpuSpeed));
    BitmapEncoder.saveBitmap(charts, charts.size(), 1, file.toString(), BitmapFormat.PNG);
  }

  private static CategoryChart chart(
      String title,
      List<StepFigures> all,
      Function<StepFigures, @Nullable Map<Segment, Double>> parts) {
    List<StepFigures> steps = all.stream().filter(step -> parts.apply(step) != null).toList();
    CategoryChart chart =
        new CategoryChartBuilder().width(WIDTH).height(HEIGHT).title(title).build();
    chart.getStyler().setStacked(true);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    chart.getStyler().setXAxisLabelRotation(LABEL_DEGREES);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setYAxisMin(0.0);
    List<String> labels = steps.stream().map(RecipesPlot::label).toList();
    List<Color> colors = new ArrayList<>();
    for (Segment segment : Segment.values()) {
      List<Double> millis =
          steps.stream()
              .map(step ->
                  Math.max(0, Objects.requireNonNull(parts.apply(step)).getOrDefault(segment, 0.0)))
              .toList();
      if (millis.stream().anyMatch(each -> each > 0)) {
        chart.addSeries(segment.label(), labels, millis);
        colors.add(color(segment));
      }
    }
    chart.getStyler().setSeriesColors(colors.toArray(Color[]::new));
    return chart;
  }

  private static String label(StepFigures step) {
    return step.warm() ? step.step() + " (warm)" : step.step();
  }

  private static Color color(Segment segment) {
    return new Color(
        switch (segment) {
          case OTHER -> 0x9A9A9A;
          case TOKENIZE -> 0xC2A000;
          case DECODE_IMAGE -> 0xB4561F;
          case RESIZE -> 0xE08A4F;
          case TENSOR -> 0xD98880;
          case ENCODE -> 0x2F7FD1;
          case PREFILL -> 0x1B8A5F;
          case GPU -> 0x8E5BB5;
        });
  }
}
