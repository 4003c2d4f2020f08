package dev.argus.decoder.core.grammar;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * A model's tokens, as grammars see them. Immutable and thread-safe.
 *
 * <p>Markers are tokens that stand for themselves, such as locations: a grammar names them, and
 * they are no part of any text.
 */
public final class Vocabulary {
  private final List<byte[]> bytes;
  private final int[] markers;
  private final int[] markerOfToken;
  private final Set<Integer> endIds;
  private final TokenTrie trie;
  private final BitSet singleBytes = new BitSet();

  /**
   * @param size length of a row of logits
   * @param bytesOf the UTF-8 bytes of a token; none for special ones
   * @param markers the tokens that stand for themselves, by their number in grammars
   * @param endIds the tokens that end an answer
   */
  public Vocabulary(int size, IntFunction<byte[]> bytesOf, int[] markers, Set<Integer> endIds) {
    this.markers = markers.clone();
    this.endIds = Set.copyOf(endIds);
    this.markerOfToken = new int[size];
    Arrays.fill(markerOfToken, TokenTrie.NONE);
    for (int i = 0; i < markers.length; i++) {
      markerOfToken[markers[i]] = i;
    }
    this.bytes =
        IntStream.range(0, size)
            .mapToObj(id -> isText(id) ? bytesOf.apply(id) : new byte[0])
            .toList();
    this.trie = new TokenTrie(bytes);
    bytes.stream()
        .filter(word -> word.length == 1)
        .forEach(word -> singleBytes.set(word[0] & 0xFF));
  }

  private boolean isText(int id) {
    return markerOfToken[id] == TokenTrie.NONE && !endIds.contains(id);
  }

  int size() {
    return markerOfToken.length;
  }

  /** Not to be modified. */
  byte[] bytes(int token) {
    return bytes.get(token);
  }

  TokenTrie trie() {
    return trie;
  }

  Set<Integer> endIds() {
    return endIds;
  }

  /** The number of a token among the markers, or {@link TokenTrie#NONE}. */
  int marker(int token) {
    return markerOfToken[token];
  }

  /** Number of markers. */
  int markers() {
    return markers.length;
  }

  /** The token of a marker. */
  int tokenOfMarker(int marker) {
    return markers[marker];
  }

  /** Whether there is a token of this byte alone. */
  boolean spells(int value) {
    return singleBytes.get(value);
  }
}
