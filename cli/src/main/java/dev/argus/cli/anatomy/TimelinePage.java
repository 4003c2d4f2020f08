package dev.argus.cli.anatomy;

import dev.argus.v1.Activity;
import dev.argus.v1.Anatomy;
import dev.argus.v1.Stage;
import java.util.List;
import java.util.Locale;

/**
 * Draws where the time of requests went as a web page that stands alone: a chart for each request,
 * with what each bar is under the pointer, and the same in a table. Light and dark.
 */
public final class TimelinePage {
  private static final int LEFT = 190;
  private static final int WIDTH = 720;
  private static final int RIGHT = 30;
  private static final int ROW = 22;
  private static final int TICKS = 6;

  private final StringBuilder charts = new StringBuilder();

  /** Adds a request. */
  public TimelinePage add(String title, Anatomy anatomy) {
    List<Lane> lanes = Lane.of(anatomy);
    charts.append("<section>\n<h2>%s</h2>\n".formatted(escape(title)));
    charts.append(summary(anatomy));
    charts.append(chart(lanes, anatomy));
    charts.append(table(lanes));
    charts.append("</section>\n");
    return this;
  }

  /** The page, as HTML. */
  public String html() {
    return """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>Argus: where the time went</title>
    <style>
    :root { color-scheme: light dark; --line: #8884; --gateway: #7a7a7a; --preprocess: #2f7fd1;
      --encoder: #1b8a5f; --decoder: #b4561f; }
    body { font: 15px/1.5 system-ui, sans-serif; max-width: 960px; margin: 2rem auto; padding: 0 1rem; }
    svg { width: 100%; height: auto; font: 12px system-ui, sans-serif; }
    svg text { fill: currentColor; }
    svg line { stroke: var(--line); }
    svg .first { stroke: currentColor; stroke-dasharray: 4 3; }
    table { border-collapse: collapse; margin: .5rem 0 2rem; }
    th, td { text-align: left; padding: .15rem 1rem .15rem 0; border-bottom: 1px solid var(--line); }
    td.number, th.number { text-align: right; }
    </style>
    </head>
    <body>
    <h1>Where the time went</h1>
    """
        + charts
        + "</body>\n</html>\n";
  }

  private static String summary(Anatomy anatomy) {
    String trace =
        anatomy.getTraceId().isEmpty()
            ? ""
            : " Trace <code>%s</code>.".formatted(escape(anatomy.getTraceId()));
    return String.format(
        Locale.ROOT,
        "<p>First token after %.1f ms, all after %.1f ms.%s</p>\n",
        anatomy.getTtftMs(),
        anatomy.getTotalMs(),
        trace);
  }

  private static String chart(List<Lane> lanes, Anatomy anatomy) {
    double total = Math.max(anatomy.getTotalMs(), Double.MIN_NORMAL);
    int height = ROW * (lanes.size() + 1);
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Timeline; the table below says the same\">\n"
            .formatted(LEFT + WIDTH + RIGHT, height + 4));
    for (int tick = 0; tick <= TICKS; tick++) {
      double x = LEFT + WIDTH * (double) tick / TICKS;
      svg.append(line("", x, height - ROW));
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.0f ms</text>\n",
              x,
              height - 4,
              total * tick / TICKS));
    }
    for (int row = 0; row < lanes.size(); row++) {
      Lane lane = lanes.get(row);
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s: %s</text>\n",
              LEFT - 10,
              row * ROW + 15,
              lane.stageName(),
              lane.kindName()));
      for (Activity activity : lane.activities()) {
        svg.append(bar(lane, activity, row, total));
      }
    }
    if (anatomy.getTtftMs() > 0) {
      double x = LEFT + WIDTH * anatomy.getTtftMs() / total;
      svg.append(line(" class=\"first\"", x, height - ROW));
    }
    return svg.append("</svg>\n").toString();
  }

  private static String line(String style, double x, int bottom) {
    return String.format(
        Locale.ROOT, "<line%s x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"%d\"/>\n", style, x, x, bottom);
  }

  private static String bar(Lane lane, Activity activity, int row, double total) {
    return String.format(
        Locale.ROOT,
        "<rect x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%d\" rx=\"2\" fill=\"var(--%s)\">"
            + "<title>%s %s: %.2f ms from %.2f ms on, %d items</title></rect>\n",
        LEFT + WIDTH * activity.getStartMs() / total,
        row * ROW + 3,
        Math.max(1, WIDTH * activity.getDurationMs() / total),
        ROW - 6,
        lane.stage() == Stage.STAGE_UNSPECIFIED ? "gateway" : lane.stageName(),
        lane.stageName(),
        lane.kindName(),
        activity.getDurationMs(),
        activity.getStartMs(),
        activity.getItems());
  }

  private static String table(List<Lane> lanes) {
    StringBuilder table =
        new StringBuilder(
            "<table><thead><tr><th>stage</th><th>activity</th><th class=\"number\">busy ms</th>"
                + "<th class=\"number\">times</th></tr></thead><tbody>\n");
    for (Lane lane : lanes) {
      table.append(
          String.format(
              Locale.ROOT,
              "<tr><td>%s</td><td>%s</td><td class=\"number\">%.1f</td><td class=\"number\">%d</td></tr>\n",
              lane.stageName(),
              lane.kindName(),
              lane.busyMs(),
              lane.activities().size()));
    }
    return table.append("</tbody></table>\n").toString();
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
