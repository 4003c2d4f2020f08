package dev.argus.base.timeline;

/**
 * One thing done for a request.
 *
 * @param kind what was done
 * @param startNanos when it began, counted from the start of its {@link Timeline}
 * @param durationNanos how long it took
 * @param items how many items it was done to, in the unit of its kind
 */
public record Activity(ActivityKind kind, long startNanos, long durationNanos, int items) {}
