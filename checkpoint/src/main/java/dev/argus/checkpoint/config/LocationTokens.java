package dev.argus.checkpoint.config;

/**
 * The consecutive ids that stand for locations in an answer: token k of {@code count} is the middle
 * of the k-th of {@code count} equal bins of the picture's width or height.
 *
 * @param firstId id of bin 0
 * @param count number of bins
 */
public record LocationTokens(int firstId, int count) {

  /** Whether this id is a location. */
  public boolean contains(int tokenId) {
    return tokenId >= firstId && tokenId < firstId + count;
  }
}
