package dev.argus.bench.graphs;

import dev.argus.bench.measure.ForeignLoad;
import dev.argus.bench.measure.Samples;
import dev.argus.bench.measure.Turns;
import dev.argus.encoder.core.VisionTower;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measures vision towers: one tile a run.
 *
 * @param towers the contenders
 */
record VisionBench(List<Opened<VisionTower>> towers) {

  /** Encodes a tile by each in turns. */
  Section encode(Turns turns, ByteBuffer tile) {
    Map<Opened<VisionTower>, float[]> features = new LinkedHashMap<>();
    ForeignLoad load = ForeignLoad.watch();
    Map<Opened<VisionTower>, Samples> samples =
        turns.measure(
            towers,
            1,
            tower -> features.put(tower, floats(tower.model().encode(List.of(tile)).getFirst())));
    return Comparison.section("Encode one tile", Targets.ENCODE, samples, features, load);
  }

  /** A tile's features by the first contender that Argus built, the export where there is none. */
  ByteBuffer features(ByteBuffer tile) {
    Optional<Opened<VisionTower>> built =
        towers.stream().filter(t -> t.contender() instanceof Contender.Built).findFirst();
    return built.orElseGet(towers::getFirst).model().encode(List.of(tile)).getFirst();
  }

  private static float[] floats(ByteBuffer features) {
    float[] values = new float[features.remaining() / Float.BYTES];
    features.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
