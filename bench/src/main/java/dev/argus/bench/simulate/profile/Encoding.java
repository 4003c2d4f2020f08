package dev.argus.bench.simulate.profile;

/**
 * What the vision encoder takes.
 *
 * @param runMs of one run of the vision tower, by the tiles in it
 * @param maxBatch most tiles in a run
 * @param queuedTiles that wait; more are refused
 * @param cachedPictures of which a replica keeps the features; 0: of none
 */
public record Encoding(Curve runMs, int maxBatch, int queuedTiles, int cachedPictures) {
  public Encoding {
    Profile.require(maxBatch >= 1, "encoding.maxBatch must be 1 or more");
    Profile.require(queuedTiles >= 1, "encoding.queuedTiles must be 1 or more");
    Profile.require(cachedPictures >= 0, "encoding.cachedPictures must be 0 or more");
  }

  /** The same, all times times a factor. */
  public Encoding times(double factor) {
    return new Encoding(runMs.times(factor), maxBatch, queuedTiles, cachedPictures);
  }
}
