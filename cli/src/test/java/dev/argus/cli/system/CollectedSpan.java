package dev.argus.cli.system;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * A span as a collector receives it.
 *
 * @param service the process that it comes from
 * @param parentId empty for the root of a trace
 */
record CollectedSpan(
    String service,
    String name,
    String traceId,
    String id,
    String parentId,
    long startNanos,
    long endNanos) {

  static CollectedSpan of(String service, Span span) {
    return new CollectedSpan(
        service,
        span.getName(),
        hex(span.getTraceId()),
        hex(span.getSpanId()),
        hex(span.getParentSpanId()),
        span.getStartTimeUnixNano(),
        span.getEndTimeUnixNano());
  }

  boolean isRoot() {
    return parentId.isEmpty();
  }

  /** The spans below a root as an indented tree, with what each took. */
  static String tree(CollectedSpan root, List<CollectedSpan> spans) {
    StringBuilder tree = new StringBuilder();
    root.append(tree, spans, 0, root.startNanos);
    return tree.toString();
  }

  private void append(StringBuilder tree, List<CollectedSpan> spans, int depth, long origin) {
    tree.append(
        String.format(
            Locale.ROOT,
            "%-58s %-16s at %7.1f ms for %7.1f ms%n",
            "  ".repeat(depth) + name,
            service,
            (startNanos - origin) / 1e6,
            (endNanos - startNanos) / 1e6));
    spans.stream()
        .filter(span -> span.parentId.equals(id))
        .sorted(Comparator.comparingLong(CollectedSpan::startNanos))
        .forEach(child -> child.append(tree, spans, depth + 1, origin));
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }
}
