package dev.argus.preprocess.grpc;

import dev.argus.base.timeline.Activity;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * A request's activities as spans below the call's span, named {@code argus.preprocess.<activity>}.
 * They are written when the request is over, from the same times that its anatomy is made of, so
 * that the two never differ.
 *
 * @param parent the call's span
 * @param origin when the request's timeline began, by the wall clock
 */
record ActivitySpans(Tracer tracer, Context parent, Instant origin) {
  private static final String PREFIX = "argus.preprocess.";
  private static final String ITEMS = PREFIX + "items";

  /** For a timeline that begins now, in the current trace context. */
  static ActivitySpans startNow(Tracer tracer) {
    return new ActivitySpans(tracer, Context.current(), Instant.now());
  }

  void record(List<Activity> activities) {
    activities.forEach(this::record);
  }

  private void record(Activity activity) {
    Instant start = origin.plusNanos(activity.startNanos());
    tracer
        .spanBuilder(PREFIX + name(activity))
        .setParent(parent)
        .setStartTimestamp(start)
        .setAttribute(ITEMS, activity.items())
        .startSpan()
        .end(start.plusNanos(activity.durationNanos()));
  }

  /** Such as {@code decode_image}. */
  static String name(Activity activity) {
    return activity.kind().name().toLowerCase(Locale.ROOT);
  }
}
