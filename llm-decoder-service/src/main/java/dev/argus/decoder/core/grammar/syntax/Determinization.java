package dev.argus.decoder.core.grammar.syntax;

import dev.argus.decoder.core.grammar.syntax.Automaton.Arc;
import dev.argus.decoder.core.grammar.syntax.Expression.Both;
import dev.argus.decoder.core.grammar.syntax.Expression.Choice;
import dev.argus.decoder.core.grammar.syntax.Expression.Known;
import dev.argus.decoder.core.grammar.syntax.Expression.Repeat;
import dev.argus.decoder.core.grammar.syntax.Expression.Sequence;
import dev.argus.decoder.core.grammar.syntax.Expression.Series;
import dev.argus.decoder.core.grammar.syntax.Expression.Symbols;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Makes an expression an automaton: Thompson's construction, then subsets of its states.
 *
 * <p>Some short expressions have no small automaton: {@link Effort} bounds both.
 */
final class Determinization {
  private final Effort effort;
  private final List<List<Arc>> arcs = new ArrayList<>();
  private final List<List<Integer>> silent = new ArrayList<>();

  private Determinization(Effort effort) {
    this.effort = effort;
  }

  /**
   * The automaton of an expression.
   *
   * @throws dev.argus.base.failure.InvalidInput if that is too much effort
   */
  static Automaton of(Expression expression, Effort effort) {
    Determinization made = new Determinization(effort);
    int first = made.state();
    int last = made.state();
    made.add(expression, first, last);
    return made.subsets(first, last);
  }

  private int state() {
    arcs.add(new ArrayList<>(1));
    silent.add(new ArrayList<>(1));
    effort.steps(1);
    effort.ensureSmall(arcs.size());
    return arcs.size() - 1;
  }

  /** Adds ways from one state to another for all words; nothing else may lead into them. */
  private void add(Expression expression, int from, int to) {
    switch (expression) {
      case Symbols symbols -> arcs.get(from).add(new Arc(symbols.from(), symbols.to(), to));
      case Sequence sequence -> silent.get(chain(sequence.parts(), from)).add(to);
      case Choice choice -> choice.parts().forEach(part -> silent.get(once(part, from)).add(to));
      case Repeat repeat -> add(repeat, from, to);
      case Series series -> add(series, from, to);
      case Both both -> add(both, from, to);
      case Known known -> add(known.automaton(), from, to);
    }
  }

  private int chain(List<Expression> parts, int from) {
    int end = from;
    for (Expression part : parts) {
      end = once(part, end);
    }
    return end;
  }

  private int once(Expression part, int from) {
    int end = state();
    add(part, from, end);
    return end;
  }

  private void add(Repeat repeat, int from, int to) {
    int end = from;
    for (int i = 0; i < repeat.least(); i++) {
      end = once(repeat.part(), end);
    }
    if (repeat.most() == Repeat.UNLIMITED) {
      int hub = state();
      silent.get(end).add(hub);
      silent.get(once(repeat.part(), hub)).add(hub);
      silent.get(hub).add(to);
      return;
    }
    for (int i = repeat.least(); i < repeat.most(); i++) {
      silent.get(end).add(to);
      end = once(repeat.part(), end);
    }
    silent.get(end).add(to);
  }

  /** Two lanes side by side: before the first part that is there, and after it. */
  private void add(Series series, int from, int to) {
    int before = from;
    int after = state();
    boolean allLeftOut = true;
    for (Series.Part part : series.parts()) {
      int nextBefore = state();
      int nextAfter = state();
      if (allLeftOut) {
        silent.get(once(part.word(), before)).add(nextAfter);
      }
      silent.get(once(part.word(), once(series.separator(), after))).add(nextAfter);
      if (!part.required()) {
        silent.get(before).add(nextBefore);
        silent.get(after).add(nextAfter);
      }
      allLeftOut &= !part.required();
      before = nextBefore;
      after = nextAfter;
    }
    silent.get(before).add(to);
    silent.get(after).add(to);
  }

  private void add(Automaton known, int from, int to) {
    int first = arcs.size();
    for (int i = 0; i < known.states(); i++) {
      int here = state();
      for (Arc arc : known.arcs().get(i)) {
        arcs.get(here).add(new Arc(arc.from(), arc.to(), first + arc.target()));
      }
      if (known.accepting().get(i)) {
        silent.get(here).add(to);
      }
    }
    silent.get(from).add(first);
  }

  private void add(Both both, int from, int to) {
    Automaton first = of(both.first(), effort);
    Automaton second = of(both.second(), effort);
    Map<List<Integer>, Integer> pairs = new HashMap<>();
    Deque<List<Integer>> open = new ArrayDeque<>();
    silent.get(from).add(numbered(List.of(0, 0), pairs, open));
    while (!open.isEmpty()) {
      List<Integer> pair = open.remove();
      int here = numbered(pair, pairs, open);
      if (first.accepting().get(pair.get(0)) && second.accepting().get(pair.get(1))) {
        silent.get(here).add(to);
      }
      for (Arc a : first.arcs().get(pair.get(0))) {
        List<Arc> others = second.arcs().get(pair.get(1));
        effort.steps(others.size());
        for (Arc b : others) {
          int low = Math.max(a.from(), b.from());
          int high = Math.min(a.to(), b.to());
          if (low <= high) {
            int target = numbered(List.of(a.target(), b.target()), pairs, open);
            arcs.get(here).add(new Arc(low, high, target));
          }
        }
      }
    }
  }

  /** The state of a pair; a new one is still to be looked at. */
  private int numbered(
      List<Integer> pair, Map<List<Integer>, Integer> pairs, Deque<List<Integer>> open) {
    Integer known = pairs.get(pair);
    if (known != null) {
      return known;
    }
    int made = state();
    pairs.put(pair, made);
    open.add(pair);
    return made;
  }

  private Automaton subsets(int first, int last) {
    Map<BitSet, Integer> numbers = new HashMap<>();
    List<BitSet> sets = new ArrayList<>();
    List<List<Arc>> made = new ArrayList<>();
    BitSet accepting = new BitSet();
    BitSet begin = new BitSet();
    begin.set(first);
    number(closed(begin), numbers, sets);
    for (int i = 0; i < sets.size(); i++) {
      BitSet set = sets.get(i);
      accepting.set(i, set.get(last));
      made.add(arcsOf(set, numbers, sets));
    }
    return new Automaton(made, accepting);
  }

  private List<Arc> arcsOf(BitSet set, Map<BitSet, Integer> numbers, List<BitSet> sets) {
    List<Arc> all = new ArrayList<>();
    set.stream().forEach(state -> all.addAll(arcs.get(state)));
    TreeSet<Integer> bounds = new TreeSet<>();
    for (Arc arc : all) {
      bounds.add(arc.from());
      bounds.add(arc.to() + 1);
    }
    List<Arc> made = new ArrayList<>();
    for (Integer bound = bounds.isEmpty() ? null : bounds.first(); bound != null; ) {
      Integer next = bounds.higher(bound);
      BitSet targets = new BitSet();
      for (Arc arc : all) {
        if (arc.from() <= bound && bound <= arc.to()) {
          targets.set(arc.target());
        }
      }
      effort.steps(all.size());
      if (next != null && !targets.isEmpty()) {
        append(made, new Arc(bound, next - 1, number(closed(targets), numbers, sets)));
      }
      bound = next;
    }
    return List.copyOf(made);
  }

  private static void append(List<Arc> made, Arc arc) {
    Arc before = made.isEmpty() ? null : made.getLast();
    if (before != null && before.to() + 1 == arc.from() && before.target() == arc.target()) {
      made.set(made.size() - 1, new Arc(before.from(), arc.to(), arc.target()));
    } else {
      made.add(arc);
    }
  }

  private int number(BitSet set, Map<BitSet, Integer> numbers, List<BitSet> sets) {
    Integer known = numbers.get(set);
    if (known != null) {
      return known;
    }
    effort.state();
    effort.steps(set.size() / Long.SIZE);
    numbers.put(set, sets.size());
    sets.add(set);
    return sets.size() - 1;
  }

  /** The states and all that silent ways lead to. */
  private BitSet closed(BitSet states) {
    BitSet closed = new BitSet();
    Deque<Integer> open = new ArrayDeque<>();
    states.stream().forEach(open::add);
    while (!open.isEmpty()) {
      int state = open.remove();
      if (!closed.get(state)) {
        closed.set(state);
        effort.steps(1 + silent.get(state).size());
        open.addAll(silent.get(state));
      }
    }
    return closed;
  }
}
