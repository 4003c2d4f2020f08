package dev.argus.decoder.core;

/**
 * How long a chunk of a prompt may be for the model to compute the same bits wherever the prompt is
 * cut.
 *
 * <p>Design note: the attention takes queries by blocks of a power of two, and a block of one query
 * goes through another kernel, whose sums differ in the last bits; everything else computes a row
 * alike in any company. A prompt is cut where visual tokens are missing, where a step's budget ends
 * and where a slot already holds its beginning, none of which may show in the answer. So no chunk
 * leaves a block with one query: its length is never one more than a multiple of 16, the smallest
 * block there is. A prompt of one token is always a chunk of one.
 */
final class ChunkLength {
  /** With at least so much room, every prompt can be read to its end. */
  static final int LEAST_ROOM = 3;

  private static final int BLOCK = 16;

  private ChunkLength() {}

  /**
   * The longest chunk.
   *
   * @param room most tokens it may have
   * @param unread tokens of the prompt that are not read, at least {@code room}
   * @return 0 if {@code room} is too little
   */
  static int longest(int room, int unread) {
    for (int length = room; length >= 2; length--) {
      if (length % BLOCK != 1 && unread - length != 1) {
        return length;
      }
    }
    return 0;
  }
}
