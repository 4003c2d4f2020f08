package dev.argus.decoder.core.region;

import java.util.List;

/**
 * Reads one answer's regions as its tokens come. What is no region is passed over; one that is not
 * complete is never given. Not thread-safe.
 */
public interface RegionReader {

  /**
   * Takes the answer's next token.
   *
   * @param logprob natural logarithm of its probability by the model's own distribution
   * @return the regions that are complete with it
   */
  List<Region> read(int token, double logprob);
}
