package dev.argus.decoder.core.grammar;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The tokens of a vocabulary by their bytes: tokens that begin alike share nodes, so that all that
 * begin with what cannot be are left out at once.
 *
 * <p>Nodes are numbered in preorder: a node's descendants are those from the next number up to its
 * {@link #end}. Node 0 is the root. Immutable and thread-safe.
 */
final class TokenTrie {
  static final int NONE = -1;

  private final byte[] labels;
  private final int[] depths;
  private final int[] ends;
  private final int[] tokens;

  /** For each token, another one of the same bytes. */
  private final int[] twins;

  private final int height;

  /**
   * @param bytes of each token; those of none are left out
   */
  TokenTrie(List<byte[]> bytes) {
    int most = 1 + bytes.stream().mapToInt(word -> word.length).sum();
    labels = new byte[most];
    depths = new int[most];
    ends = new int[most];
    tokens = new int[most];
    twins = new int[bytes.size()];
    Arrays.fill(tokens, NONE);
    Arrays.fill(twins, NONE);
    height = bytes.stream().mapToInt(word -> word.length).max().orElse(0);
    int[] path = new int[1 + height];
    int size = 1;
    byte[] before = {};
    for (int token : sorted(bytes)) {
      byte[] word = bytes.get(token);
      int shared = Math.max(0, Arrays.mismatch(before, word));
      int same = before.length == word.length && Arrays.equals(before, word) ? word.length : shared;
      for (int depth = before.length; depth > same; depth--) {
        ends[path[depth]] = size;
      }
      for (int depth = same + 1; depth <= word.length; depth++) {
        labels[size] = word[depth - 1];
        depths[size] = depth;
        path[depth] = size++;
      }
      twins[token] = tokens[path[word.length]];
      tokens[path[word.length]] = token;
      before = word;
    }
    for (int depth = before.length; depth >= 0; depth--) {
      ends[path[depth]] = size;
    }
  }

  private static int[] sorted(List<byte[]> bytes) {
    return IntStream.range(0, bytes.size())
        .filter(token -> bytes.get(token).length > 0)
        .boxed()
        .sorted(Comparator.comparing(bytes::get, Arrays::compareUnsigned))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** The byte that leads to a node, 0 to 255. */
  int label(int node) {
    return labels[node] & 0xFF;
  }

  /** Bytes from the root to a node. */
  int depth(int node) {
    return depths[node];
  }

  /** The number after a node's last descendant's. */
  int end(int node) {
    return ends[node];
  }

  /** A token that ends in a node, or {@link #NONE}. */
  int token(int node) {
    return tokens[node];
  }

  /** The next token of the same bytes, or {@link #NONE}. */
  int twin(int token) {
    return twins[token];
  }

  /** A node's child by a byte, or {@link #NONE}. */
  int child(int node, int label) {
    for (int child = node + 1; child < ends[node]; child = ends[child]) {
      if (label(child) == label) {
        return child;
      }
    }
    return NONE;
  }

  /** Length of the longest token. */
  int height() {
    return height;
  }
}
