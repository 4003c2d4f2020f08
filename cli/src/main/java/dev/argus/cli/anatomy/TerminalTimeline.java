package dev.argus.cli.anatomy;

import dev.argus.v1.Anatomy;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Draws where the time of a request went in characters: a line for each thing done, time to the
 * right.
 */
public final class TerminalTimeline {
  private static final int COLUMNS = 56;
  private static final String SHADES = " ░▒▓█";
  private static final char FIRST_TOKEN = '▲';

  private TerminalTimeline() {}

  /** The drawing, of several lines; empty where nothing is known. */
  public static String of(Anatomy anatomy) {
    double total = anatomy.getTotalMs();
    if (total <= 0 || anatomy.getActivitiesCount() == 0) {
      return "";
    }
    StringBuilder drawing = new StringBuilder();
    String stage = null;
    for (Lane lane : Lane.of(anatomy)) {
      drawing
          .append(stageOnce(lane, stage))
          .append(String.format(Locale.ROOT, "%-13s |", lane.kindName()))
          .append(bar(lane, total))
          .append(String.format(Locale.ROOT, "| %8.1f ms%n", lane.busyMs()));
      stage = lane.stageName();
    }
    return drawing.append(axis(anatomy.getTtftMs(), total)).toString();
  }

  private static String stageOnce(Lane lane, @Nullable String before) {
    return "%-11s".formatted(lane.stageName().equals(before) ? "" : lane.stageName());
  }

  /** A character is as dark as the part of its time in which the lane was busy. */
  private static String bar(Lane lane, double total) {
    StringBuilder bar = new StringBuilder();
    double cell = total / COLUMNS;
    for (int i = 0; i < COLUMNS; i++) {
      double share = lane.busyMs(i * cell, (i + 1) * cell) / cell;
      bar.append(SHADES.charAt((int) Math.ceil(Math.min(1, share) * (SHADES.length() - 1))));
    }
    return bar.toString();
  }

  private static String axis(double firstTokenMs, double total) {
    String label =
        String.format(Locale.ROOT, "first token %.1f ms, all %.1f ms", firstTokenMs, total);
    if (firstTokenMs <= 0) {
      return label + System.lineSeparator();
    }
    int column = (int) Math.min(COLUMNS - 1, firstTokenMs / total * COLUMNS);
    return "%s%c%n%s%s%n".formatted(" ".repeat(26 + column), FIRST_TOKEN, " ".repeat(26), label);
  }
}
