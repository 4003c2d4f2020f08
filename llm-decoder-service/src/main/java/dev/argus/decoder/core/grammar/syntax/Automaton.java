package dev.argus.decoder.core.grammar.syntax;

import java.util.BitSet;
import java.util.List;

/**
 * A deterministic finite automaton over the symbols of {@link Expression}. State 0 is the first.
 * Immutable.
 *
 * @param arcs of each state, by ascending symbols, none overlapping
 * @param accepting the states in which a word may end; not to be modified
 */
public record Automaton(List<List<Arc>> arcs, BitSet accepting) {

  /**
   * A way from a state.
   *
   * @param from the first symbol
   * @param to the last symbol
   * @param target the state it leads to
   */
  public record Arc(int from, int to, int target) {}

  /** Number of states. */
  public int states() {
    return arcs.size();
  }
}
