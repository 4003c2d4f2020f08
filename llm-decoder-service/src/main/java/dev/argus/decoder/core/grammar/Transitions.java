package dev.argus.decoder.core.grammar;

import dev.argus.base.failure.InvalidInput;
import dev.argus.decoder.core.grammar.syntax.Automaton;
import dev.argus.decoder.core.grammar.syntax.Automaton.Arc;
import dev.argus.decoder.core.grammar.syntax.Expression;
import dev.argus.decoder.core.grammar.syntax.Rules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;

/**
 * The automata of all rules as one table of states, for one vocabulary. Immutable and thread-safe.
 *
 * <p>Bytes that no transition tells apart are one class. Only transitions are kept after which a
 * word can be finished with tokens of one byte: so from every state that is reached there is a way
 * on, whatever token led there, and its length is known ({@link #distance}).
 */
final class Transitions {
  static final int NONE = -1;
  private static final int NEVER = Integer.MAX_VALUE / 4;
  private static final int LONGEST_WORD = 64;
  private static final int BYTES_A_STATE = 128;
  private static final int MOST_PASSES = 50;
  private static final int MOST_ALIKE = 64;

  private final int[] classes = new int[256];
  private final int classCount;
  private final int[] starts;

  /** {@code [states, classes]}. */
  private final int[] next;

  private final List<List<Arc>> markers = new ArrayList<>();
  private final List<List<Call>> calls = new ArrayList<>();
  private final BitSet accepting = new BitSet();
  private final BitSet leading = new BitSet();
  private final BitSet splitting = new BitSet();
  private final int[] distances;

  /**
   * A rule's symbol.
   *
   * @param start the rule's first state
   * @param back the state after it
   */
  record Call(int start, int back) {}

  /**
   * @param field what to name when the vocabulary cannot write any word, or it takes too much work
   * @throws InvalidInput if so
   */
  Transitions(Rules rules, Vocabulary vocabulary, String field) {
    starts = new int[rules.automata().size()];
    for (int i = 1; i < starts.length; i++) {
      starts[i] = starts[i - 1] + rules.automata().get(i - 1).states();
    }
    int states = starts[starts.length - 1] + rules.automata().getLast().states();
    classCount = classify(rules);
    next = new int[states * classCount];
    Arrays.fill(next, NONE);
    for (int i = 0; i < starts.length; i++) {
      add(rules.automata().get(i), starts[i], vocabulary);
    }
    distances = new int[states];
    measure(vocabulary.trie(), field);
    if (distances[0] == NEVER) {
      throw new InvalidInput(field, "allows no text that can be finished");
    }
    prune();
    findSplits(field);
  }

  private int classify(Rules rules) {
    TreeSet<Integer> bounds = new TreeSet<>();
    rules
        .automata()
        .forEach(automaton ->
            automaton
                .arcs()
                .forEach(arcs ->
                    arcs.forEach(arc -> {
                      bounds.add(arc.from());
                      bounds.add(arc.to() + 1);
                    })));
    int count = 0;
    for (int value = 0; value < classes.length; value++) {
      count += value > 0 && bounds.contains(value) ? 1 : 0;
      classes[value] = count;
    }
    return count + 1;
  }

  private void add(Automaton automaton, int offset, Vocabulary vocabulary) {
    for (int i = 0; i < automaton.states(); i++) {
      List<Arc> marked = new ArrayList<>();
      List<Call> called = new ArrayList<>();
      for (Arc arc : automaton.arcs().get(i)) {
        int target = offset + arc.target();
        if (arc.from() >= Expression.RULES) {
          for (int rule = arc.from(); rule <= arc.to(); rule++) {
            called.add(new Call(starts[rule - Expression.RULES], target));
          }
        } else if (arc.from() >= Expression.MARKERS) {
          marked.add(
              new Arc(arc.from() - Expression.MARKERS, arc.to() - Expression.MARKERS, target));
        } else {
          for (int value = arc.from(); value <= arc.to(); value++) {
            if (vocabulary.spells(value)) {
              next[(offset + i) * classCount + classes[value]] = target;
            }
          }
        }
      }
      markers.add(marked);
      calls.add(called);
      accepting.set(offset + i, automaton.accepting().get(i));
    }
  }

  /**
   * Finds the shortest ways to the ends, by going over all states until nothing gets shorter: in
   * each rule from its last state, for those are near the end; over the rules up and down in turns,
   * for they may contain one another either way.
   */
  private void measure(TokenTrie trie, String field) {
    Arrays.fill(distances, NEVER);
    int[] only = new int[distances.length];
    Arrays.setAll(only, this::onlyByte);
    boolean shorter = true;
    for (int pass = 0; shorter; pass++) {
      if (pass == MOST_PASSES) {
        throw new InvalidInput(field, "is too intricate to find how its values end");
      }
      shorter = false;
      for (int i = 0; i < starts.length; i++) {
        shorter |= shorten(pass % 2 == 0 ? starts.length - 1 - i : i, only, trie);
      }
    }
  }

  private boolean shorten(int rule, int[] only, TokenTrie trie) {
    boolean shorter = false;
    int end = rule + 1 < starts.length ? starts[rule + 1] : distances.length;
    for (int state = end - 1; state >= starts[rule]; state--) {
      int distance = shortest(state, only, trie);
      shorter |= distance < distances[state];
      distances[state] = Math.min(distances[state], distance);
    }
    return shorter;
  }

  private int shortest(int state, int[] only, TokenTrie trie) {
    if (accepting.get(state)) {
      return 0;
    }
    int best = NEVER;
    for (int i = 0; i < classCount; i++) {
      int target = next[state * classCount + i];
      best = target == NONE ? best : Math.min(best, 1 + distances[target]);
    }
    for (Arc arc : markers.get(state)) {
      best = Math.min(best, 1 + distances[arc.target()]);
    }
    for (Call call : calls.get(state)) {
      best = Math.min(best, distances[call.start] + distances[call.back]);
    }
    return Math.min(best, byTokens(state, only, trie));
  }

  /** The shortest way where, as in names of properties, one byte alone can follow another. */
  private int byTokens(int state, int[] only, TokenTrie trie) {
    int best = NEVER;
    int node = 0;
    int here = state;
    for (int length = 0; length < LONGEST_WORD && here != NONE; length++) {
      int value = only[here];
      node = value == NONE ? NONE : trie.child(node, value);
      here = node == NONE ? NONE : target(here, value);
      if (here != NONE && trie.token(node) != TokenTrie.NONE) {
        best = Math.min(best, 1 + distances[here]);
      }
    }
    return best;
  }

  private int onlyByte(int state) {
    int found = NONE;
    for (int value = 0; value < classes.length; value++) {
      if (target(state, value) != NONE) {
        if (found != NONE) {
          return NONE;
        }
        found = value;
      }
    }
    return found;
  }

  private void prune() {
    for (int i = 0; i < next.length; i++) {
      next[i] = next[i] != NONE && distances[next[i]] >= NEVER ? NONE : next[i];
    }
    for (int state = 0; state < distances.length; state++) {
      markers.get(state).removeIf(arc -> distances[arc.target()] >= NEVER);
      calls
          .get(state)
          .removeIf(call -> distances[call.start] >= NEVER || distances[call.back] >= NEVER);
      leading.set(state, !markers.get(state).isEmpty() || anyTarget(state));
    }
  }

  /** Finds where several ways begin with the same byte. */
  private void findSplits(String field) {
    for (int state = 0; state < distances.length; state++) {
      if (!calls.get(state).isEmpty()) {
        int[] ways = new int[classCount];
        countWays(state, ways);
        int most = Arrays.stream(ways).max().orElseThrow();
        if (most > MOST_ALIKE) {
          throw new InvalidInput(
              field, "has more than %d alternatives that begin alike".formatted(MOST_ALIKE));
        }
        splitting.set(state, most > 1);
      }
    }
  }

  /** For each class of bytes, how many ways begin with it; no more than can matter. */
  private void countWays(int state, int[] ways) {
    for (int i = 0; i < classCount; i++) {
      ways[i] += next[state * classCount + i] != NONE ? 1 : 0;
    }
    for (Call call : calls.get(state)) {
      if (Arrays.stream(ways).max().orElseThrow() <= MOST_ALIKE) {
        countWays(call.start, ways);
      }
    }
  }

  private boolean anyTarget(int state) {
    for (int i = state * classCount; i < (state + 1) * classCount; i++) {
      if (next[i] != NONE) {
        return true;
      }
    }
    return false;
  }

  /** The state after a byte, or {@link #NONE}. */
  int target(int state, int value) {
    return next[state * classCount + classes[value]];
  }

  /** Transitions by markers: their numbers and where they lead. */
  List<Arc> markers(int state) {
    return markers.get(state);
  }

  List<Call> calls(int state) {
    return calls.get(state);
  }

  boolean accepts(int state) {
    return accepting.get(state);
  }

  /** Whether a byte or a marker leads on. */
  boolean leadsOn(int state) {
    return leading.get(state);
  }

  /** Whether nothing can follow. */
  boolean isLast(int state) {
    return !leading.get(state) && calls.get(state).isEmpty();
  }

  /** Whether several ways begin here with the same byte. */
  boolean splits(int state) {
    return splitting.get(state);
  }

  /** Memory of the tables, about. */
  long bytes() {
    return 4L * next.length + BYTES_A_STATE * (long) distances.length;
  }

  /** How many tokens surely suffice to come from a state to the end of its rule. */
  int distance(int state) {
    return distances[state];
  }

  /** Whether a state is of the first rule, to which no other leads. */
  boolean isOutermost(int state) {
    return starts.length == 1 || state < starts[1];
  }
}
