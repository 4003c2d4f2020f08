package dev.argus.bench.simulate.model;

/**
 * What pods did.
 *
 * @param busySeconds that their GPUs worked, or their processors where they have none, as if each
 *     pod had one
 * @param lookups pictures that encoders were asked for
 * @param hits those whose features were kept
 */
public record Usage(double busySeconds, long lookups, long hits) {
  static final Usage NONE = new Usage(0, 0, 0);

  Usage plus(Usage more) {
    return new Usage(busySeconds + more.busySeconds, lookups + more.lookups, hits + more.hits);
  }
}
