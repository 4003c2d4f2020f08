package dev.argus.service.telemetry;

import dev.argus.base.timeline.Activity;
import dev.argus.base.timeline.ActivityKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A request's activities as spans below the call's span, named {@code argus.<stage>.<activity>}.
 * They are written when the request is over, well or not, from the same times that its anatomy is
 * made of, so that the two never differ. Waits too short to be the answer to anything get none.
 * Immutable.
 */
public final class ActivitySpans {
  private static final Set<ActivityKind> WAITS =
      EnumSet.of(ActivityKind.QUEUE, ActivityKind.WAIT_VISUAL, ActivityKind.WAIT_READER);

  private static final long SHORTEST_WAIT_NANOS = 1_000_000;

  private final Tracer tracer;
  private final String prefix;
  private final Context parent;
  private final Instant origin;

  private ActivitySpans(Tracer tracer, String prefix, Context parent, Instant origin) {
    this.tracer = tracer;
    this.prefix = prefix;
    this.parent = parent;
    this.origin = origin;
  }

  /**
   * For a timeline that begins now, in the current trace context.
   *
   * @param stage such as {@code decoder}
   */
  public static ActivitySpans startNow(Tracer tracer, String stage) {
    return new ActivitySpans(tracer, "argus." + stage + ".", Context.current(), Instant.now());
  }

  /** What spans and metrics call an activity, such as {@code decode_image}. */
  public static String name(ActivityKind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** Writes one span for each activity but for waits of less than a millisecond. */
  public void record(List<Activity> activities) {
    activities.stream().filter(ActivitySpans::worthASpan).forEach(this::record);
  }

  private static boolean worthASpan(Activity activity) {
    return !WAITS.contains(activity.kind()) || activity.durationNanos() >= SHORTEST_WAIT_NANOS;
  }

  private void record(Activity activity) {
    Instant start = origin.plusNanos(activity.startNanos());
    tracer
        .spanBuilder(prefix + name(activity.kind()))
        .setParent(parent)
        .setStartTimestamp(start)
        .setAttribute(prefix + "items", activity.items())
        .startSpan()
        .end(start.plusNanos(activity.durationNanos()));
  }
}
