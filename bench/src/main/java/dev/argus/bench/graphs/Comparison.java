package dev.argus.bench.graphs;

import dev.argus.bench.measure.Distance;
import dev.argus.bench.measure.ForeignLoad;
import dev.argus.bench.measure.Samples;
import dev.argus.checkpoint.graph.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts samples of several contenders beside each other. */
final class Comparison {
  private Comparison() {}

  /**
   * A section with a figure for each contender.
   *
   * @param results what each computed
   * @param load watched since the beginning
   */
  static <T extends AutoCloseable> Section section(
      String title,
      Targets targets,
      Map<Opened<T>, Samples> samples,
      Map<Opened<T>, float[]> results,
      ForeignLoad load) {
    Samples naive = null;
    float[] reference = null;
    for (Opened<T> opened : samples.keySet()) {
      switch (opened.contender()) {
        case Contender.Naive _ -> naive = samples.get(opened);
        case Contender.Built(Precision precision) -> {
          if (precision == Precision.FP32) {
            reference = results.get(opened);
          }
        }
      }
    }
    List<Figure> figures = new ArrayList<>();
    for (Map.Entry<Opened<T>, Samples> entry : samples.entrySet()) {
      Contender contender = entry.getKey().contender();
      figures.add(
          Figure.of(
              contender.label(),
              1,
              entry.getValue(),
              naive,
              targets.of(contender),
              error(results.get(entry.getKey()), reference)));
    }
    return new Section(title, figures, share(load));
  }

  /** What was watched; null where it is not known. */
  static @Nullable Double share(ForeignLoad load) {
    var share = load.share();
    return share.isPresent() ? (Double) share.getAsDouble() : null;
  }

  private static @Nullable Double error(float @Nullable [] values, float @Nullable [] reference) {
    return values == null || reference == null ? null : Distance.relative(values, reference);
  }
}
