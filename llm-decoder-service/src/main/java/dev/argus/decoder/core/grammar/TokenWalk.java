package dev.argus.decoder.core.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Finds the tokens that lead on from a place, by going through the vocabulary's trie and the
 * grammar at once.
 *
 * <p>Where the grammar may be in several places, each is walked for itself: a token is allowed if
 * it leads on from any. Within a rule a step is one look-up in a table; only where rules begin and
 * end is the machine asked.
 */
final class TokenWalk {
  private final Machine machine;
  private final Transitions transitions;
  private final TokenTrie trie;
  private final TokenMask mask;
  private final int limit;

  /** For each depth, the state on the way to the present node. */
  private final int[] states;

  private final List<Exit> exits = new ArrayList<>();

  /**
   * Where a rule ends within a token.
   *
   * @param node of the trie
   * @param split whether the way to it led through a split
   */
  record Exit(int node, boolean split) {}

  /**
   * @param mask gets the tokens
   * @param limit leaves out tokens after which more than so many are needed to end
   */
  TokenWalk(Machine machine, TokenTrie trie, TokenMask mask, int limit) {
    this.machine = machine;
    this.transitions = machine.transitions();
    this.trie = trie;
    this.mask = mask;
    this.limit = limit;
    this.states = new int[trie.height() + 1];
  }

  /** Nodes with descendants at which the rule below which there is {@link Frame#OUTSIDE} ends. */
  List<Exit> exits() {
    return exits;
  }

  /** Takes the tokens that lead on from a place. */
  void walk(Frame frame) {
    walk(frame, 0, false);
  }

  /** Takes the tokens below a node at which a rule has ended, in what lies below it. */
  void goOn(Frame back, Exit exit) {
    turn(back, exit.node, exit.split);
  }

  private void walk(Frame frame, int from, boolean split) {
    Frame back = frame.back();
    boolean outside = back != null && back.isOutside();
    boolean endsHere = back == null || outside;
    int below = back == null ? 0 : back.distance();
    int end = trie.end(from);
    states[trie.depth(from)] = frame.state();
    int node = from + 1;
    while (node < end) {
      int depth = trie.depth(node);
      int target = transitions.target(states[depth - 1], trie.label(node));
      if (target == Transitions.NONE) {
        node = trie.end(node);
        continue;
      }
      take(node, transitions.distance(target) + below);
      states[depth] = target;
      boolean turns =
          !transitions.calls(target).isEmpty() || (transitions.accepts(target) && !endsHere);
      if (outside && transitions.accepts(target) && hasChildren(node)) {
        exits.add(new Exit(node, split));
      }
      if (turns) {
        turn(machine.frame(target, back), node, split);
        node = trie.end(node);
      } else {
        node++;
      }
    }
  }

  private void turn(Frame frame, int node, boolean split) {
    boolean splits = machine.splits(frame);
    if (hasChildren(node) && !(split && splits)) {
      machine.settled(Set.of(frame)).frames().forEach(next -> walk(next, node, split || splits));
    }
  }

  private boolean hasChildren(int node) {
    return trie.end(node) > node + 1;
  }

  private void take(int node, int distance) {
    if (distance <= limit) {
      for (int token = trie.token(node); token != TokenTrie.NONE; token = trie.twin(token)) {
        mask.add(token, distance);
      }
    }
  }
}
