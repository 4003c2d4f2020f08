package dev.argus.cli.client;

import dev.argus.v1.Activity;
import dev.argus.v1.ActivityKind;
import dev.argus.v1.Completion;
import dev.argus.v1.Usage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where the milliseconds of an answer went, in one line, such as {@code 13 tiles (4 cached) · 889
 * prompt tokens · decode image 12 ms · resize 31 ms · encode 410 ms · first token 530 ms · 24
 * tokens at 71/s}.
 *
 * <p>An activity's time is how long any of its kind was going on, so that two pictures resized at
 * once count once. Activities overlap: their times need not add up to anything.
 */
public final class AnatomyLine {
  private static final Map<ActivityKind, String> NAMES = names();
  private static final double SHOWN_FROM_MS = 0.05;

  private AnatomyLine() {}

  /** The line, without a line end. */
  public static String of(Completion completion) {
    List<String> facts = new ArrayList<>();
    Usage usage = completion.getUsage();
    if (usage.getTiles() > 0) {
      facts.add(count(usage.getTiles(), "tile") + cached(usage.getCachedTiles()));
    }
    facts.add(count(usage.getPromptTokens(), "prompt token") + cached(usage.getCachedTokens()));
    NAMES.forEach((kind, name) -> {
      double ms = busyMs(completion, kind);
      if (ms >= SHOWN_FROM_MS) {
        facts.add(name + " " + ms(ms));
      }
    });
    facts.add("first token " + ms(completion.getAnatomy().getTtftMs()));
    facts.add(count(usage.getCompletionTokens(), "token") + rate(completion));
    return String.join(" · ", facts);
  }

  private static Map<ActivityKind, String> names() {
    Map<ActivityKind, String> names = new LinkedHashMap<>();
    names.put(ActivityKind.ACTIVITY_KIND_FETCH, "fetch");
    names.put(ActivityKind.ACTIVITY_KIND_QUEUE, "queue");
    names.put(ActivityKind.ACTIVITY_KIND_TOKENIZE, "tokenize");
    names.put(ActivityKind.ACTIVITY_KIND_DECODE_IMAGE, "decode image");
    names.put(ActivityKind.ACTIVITY_KIND_RESIZE, "resize");
    names.put(ActivityKind.ACTIVITY_KIND_ENCODE, "encode");
    names.put(ActivityKind.ACTIVITY_KIND_WAIT_VISUAL, "wait for encode");
    names.put(ActivityKind.ACTIVITY_KIND_PREFILL, "prefill");
    return names;
  }

  /**
   * Milliseconds of each kind of activity until the first token, by its name in the line, in the
   * order of the line; without those that took no time.
   */
  public static Map<String, Double> busyMillis(Completion completion) {
    Map<String, Double> busy = new LinkedHashMap<>();
    NAMES.forEach((kind, name) -> {
      double ms = busyMs(completion, kind);
      if (ms > 0) {
        busy.put(name, ms);
      }
    });
    return busy;
  }

  /** Milliseconds during which at least one activity of a kind was going on. */
  private static double busyMs(Completion completion, ActivityKind kind) {
    double busy = 0;
    double busyUntil = Double.NEGATIVE_INFINITY;
    for (Activity activity : activities(completion, kind)) {
      double end = activity.getStartMs() + activity.getDurationMs();
      busy += Math.max(0, end - Math.max(busyUntil, activity.getStartMs()));
      busyUntil = Math.max(busyUntil, end);
    }
    return busy;
  }

  private static List<Activity> activities(Completion completion, ActivityKind kind) {
    return completion.getAnatomy().getActivitiesList().stream()
        .filter(activity -> activity.getKind() == kind)
        .sorted(Comparator.comparingDouble(Activity::getStartMs))
        .toList();
  }

  private static String rate(Completion completion) {
    double ms = busyMs(completion, ActivityKind.ACTIVITY_KIND_DECODE);
    int tokens =
        activities(completion, ActivityKind.ACTIVITY_KIND_DECODE).stream()
            .mapToInt(Activity::getItems)
            .sum();
    return ms > 0 && tokens > 0 ? " at %.0f/s".formatted(tokens / ms * 1000) : "";
  }

  private static String cached(int number) {
    return number > 0 ? " (%d cached)".formatted(number) : "";
  }

  private static String count(int number, String noun) {
    return "%d %s%s".formatted(number, noun, number == 1 ? "" : "s");
  }

  private static String ms(double ms) {
    return String.format(Locale.ROOT, ms < 10 ? "%.1f ms" : "%.0f ms", ms);
  }
}
