package dev.argus.bench.graphs;

import dev.argus.checkpoint.graph.Precision;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How much of the naive export's time Argus's own graphs may take at most, on a processor.
 *
 * @param ofNaive by precision
 */
record Targets(Map<Precision, Double> ofNaive) {
  static final Targets ENCODE = new Targets(Map.of(Precision.FP32, 0.92, Precision.INT8, 0.5));
  static final Targets PREFILL = new Targets(Map.of(Precision.FP32, 0.75));
  static final Targets DECODE = new Targets(Map.of(Precision.FP32, 0.7, Precision.INT8, 0.4));

  @Nullable Double of(Contender contender) {
    return switch (contender) {
      case Contender.Naive _ -> null;
      case Contender.Built built -> ofNaive.get(built.precision());
    };
  }
}
