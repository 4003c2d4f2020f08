package dev.argus.decoder.core;

/**
 * How long a chunk of a prompt may be for the model to compute the same bits wherever the prompt is
 * cut.
 *
 * <p>Design note: one query goes through another kernel of the attention's than several, and its
 * sums differ in the last bits; everything else computes a row alike in any company. A prompt is
 * cut where visual tokens are missing, where a step's budget ends and where a slot already holds
 * its beginning, none of which may show in the answer. So no chunk is one token, and none leaves
 * one. A prompt of one token is always a chunk of one.
 */
final class ChunkLength {
  /** With at least so much room, every prompt can be read to its end. */
  static final int LEAST_ROOM = 3;

  private ChunkLength() {}

  /**
   * The longest chunk.
   *
   * @param room most tokens it may have
   * @param unread tokens of the prompt that are not read, at least {@code room}
   * @return 0 if {@code room} is too little
   */
  static int longest(int room, int unread) {
    int length = unread - room == 1 ? room - 1 : room;
    return length < 2 ? 0 : length;
  }
}
