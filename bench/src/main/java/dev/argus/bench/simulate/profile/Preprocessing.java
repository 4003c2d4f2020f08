package dev.argus.bench.simulate.profile;

/**
 * What preprocessing takes.
 *
 * @param pictureMs of one thread for a picture, from its file to its tiles, by its megapixels
 * @param requestsPerCpu in progress; more are refused
 */
public record Preprocessing(Curve pictureMs, int requestsPerCpu) {
  public Preprocessing {
    Profile.require(requestsPerCpu >= 1, "preprocessing.requestsPerCpu must be 1 or more");
  }

  /** The same, all times times a factor. */
  public Preprocessing times(double factor) {
    return new Preprocessing(pictureMs.times(factor), requestsPerCpu);
  }
}
