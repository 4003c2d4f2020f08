package dev.argus.bench.fleet;

import java.util.List;

/**
 * All that one run of {@code argus bench fleet} found.
 *
 * @param model the checkpoint's directory name
 * @param machine what it ran on
 * @param tileMillis how long a tile took a simulated device
 * @param clients questions at once
 * @param scaling throughput by the number of encoders, nothing cached
 * @param zipf the exponent of the pictures' popularity
 * @param pictures different ones
 * @param caching what the caches gave, by routing
 */
record FleetReport(
    String model,
    String machine,
    int tileMillis,
    int clients,
    List<Scaling> scaling,
    double zipf,
    int pictures,
    List<Caching> caching) {

  /**
   * Throughput of some encoders.
   *
   * @param ofDevices the share of what their devices could do at most
   * @param timesOne throughput, divided by that of one encoder
   */
  record Scaling(
      int encoders,
      double requestsPerSecond,
      double tilesPerSecond,
      double ofDevices,
      double timesOne) {}

  /**
   * What the encoders' caches gave.
   *
   * @param routing how the gateway chose among them
   * @param encoders replicas
   * @param hitRate share of tiles that were not encoded, 0 to 1
   */
  record Caching(String routing, int encoders, double hitRate, double requestsPerSecond) {}
}
