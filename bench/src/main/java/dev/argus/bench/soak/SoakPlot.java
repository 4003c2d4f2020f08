package dev.argus.bench.soak;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws what a process held over time, from the lines that {@link Soak} wrote. */
final class SoakPlot {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 420;
  private static final double SECONDS_PER_MINUTE = 60;
  private static final double MEBIBYTE = 1 << 20;
  private static final Color RESIDENT = new Color(0x2F7FD1);
  private static final Color HEAP = new Color(0xB4561F);

  private SoakPlot() {}

  /**
   * Writes a PNG.
   *
   * @param csv with {@link Vitals#CSV_HEADER}
   */
  static void write(Path csv, Path png) throws IOException {
    List<Double> minutes = new ArrayList<>();
    List<Double> resident = new ArrayList<>();
    List<Double> heap = new ArrayList<>();
    for (String line : Files.readAllLines(csv).stream().skip(1).toList()) {
      String[] values = line.split(",", -1);
      minutes.add(Long.parseLong(values[0]) / SECONDS_PER_MINUTE);
      resident.add(Long.parseLong(values[1]) / MEBIBYTE);
      heap.add(Long.parseLong(values[2]) / MEBIBYTE);
    }
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("Memory under random load")
            .xAxisTitle("minutes")
            .yAxisTitle("MiB")
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setSeriesColors(new Color[] {RESIDENT, HEAP});
    chart.addSeries("resident", minutes, resident).setMarker(SeriesMarkers.NONE);
    chart.addSeries("heap, with garbage", minutes, heap).setMarker(SeriesMarkers.NONE);
    BitmapEncoder.saveBitmap(chart, png.toString(), BitmapFormat.PNG);
  }
}
