package dev.argus.bench.growth;

import dev.argus.bench.breakdown.Breakdown;
import dev.argus.bench.breakdown.Segment;
import java.util.EnumMap;
import java.util.Map;

/** The parts of a time to first token, by stage; they add up to it. */
enum Part {
  PREPROCESS("preprocess"),
  ENCODE("encode"),
  PREFILL("prefill"),
  /** Queues, hand-overs, the first token's choice. */
  OTHER("other");

  private final String label;

  Part(String label) {
    this.label = label;
  }

  /** For people. */
  String label() {
    return label;
  }

  /** Milliseconds of each; where stages overlap, time counts for the later one. */
  static Map<Part, Double> of(Breakdown breakdown) {
    Map<Part, Double> millis = new EnumMap<>(Part.class);
    for (Part part : values()) {
      millis.put(part, 0.0);
    }
    breakdown.millis().forEach((segment, each) -> millis.merge(of(segment), each, Double::sum));
    return millis;
  }

  private static Part of(Segment segment) {
    return switch (segment) {
      case TOKENIZE, DECODE_IMAGE, RESIZE -> PREPROCESS;
      case TENSOR, ENCODE -> ENCODE;
      case PREFILL -> PREFILL;
      case OTHER, GPU -> OTHER;
    };
  }
}
