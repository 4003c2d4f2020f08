package dev.argus.decoder.core.grammar;

import dev.argus.decoder.core.grammar.Transitions.Call;
import dev.argus.decoder.core.grammar.syntax.Automaton.Arc;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs a grammar: a pushdown machine, whose stack says where to go on after each rule that was
 * begun. Where several rules may begin alike it follows all of them. Immutable and thread-safe.
 *
 * <p>Alternatives that begin alike and contain themselves would double the places with each level.
 * So a token may lead through one such split, not more, and of the places after a token the {@link
 * #MOST_PLACES} from which the end is nearest are followed. All that is allowed leads to an answer
 * of the form; where a form is that ambiguous, not all of its answers can be reached.
 */
final class Machine {
  private static final int MOST_PLACES = 64;

  private final Transitions transitions;

  Machine(Transitions transitions) {
    this.transitions = transitions;
  }

  Transitions transitions() {
    return transitions;
  }

  /** Before the first token. */
  Configuration start() {
    return nearest(settled(Set.of(frame(0, null))));
  }

  /** A place above another. */
  Frame frame(int state, @Nullable Frame back) {
    int below = back == null ? 0 : back.distance();
    return new Frame(state, back, transitions.distance(state) + below);
  }

  /** After a token's bytes, at least one. */
  Configuration after(Configuration here, byte[] word) {
    Set<Frame> together = here.frames();
    Set<Frame> split = Set.of();
    for (int i = 0; i < word.length - 1; i++) {
      Set<Frame> reached = step(together, word[i]);
      Set<Frame> parted = new LinkedHashSet<>();
      step(split, word[i]).stream().filter(frame -> !splits(frame)).forEach(parted::add);
      reached.stream().filter(this::splits).forEach(parted::add);
      reached.removeIf(this::splits);
      together = settled(reached).frames();
      split = settled(parted).frames();
    }
    Set<Frame> reached = step(together, word[word.length - 1]);
    reached.addAll(step(split, word[word.length - 1]));
    return nearest(settled(reached));
  }

  /** Whether several ways that begin alike begin here, or where the rule leads that ends here. */
  boolean splits(Frame frame) {
    for (Frame at = frame; at != null && !at.isOutside(); at = at.back()) {
      if (transitions.splits(at.state())) {
        return true;
      }
      if (!transitions.accepts(at.state())) {
        return false;
      }
    }
    return false;
  }

  private Set<Frame> step(Set<Frame> frames, byte value) {
    Set<Frame> reached = new LinkedHashSet<>();
    for (Frame frame : frames) {
      int target = transitions.target(frame.state(), value & 0xFF);
      if (target != Transitions.NONE) {
        reached.add(frame(target, frame.back()));
      }
    }
    return reached;
  }

  /** After a marker. */
  Configuration afterMarker(Configuration here, int marker) {
    Set<Frame> reached = new LinkedHashSet<>();
    for (Frame frame : here.frames()) {
      for (Arc arc : transitions.markers(frame.state())) {
        if (arc.from() <= marker && marker <= arc.to()) {
          reached.add(frame(arc.target(), frame.back()));
        }
      }
    }
    return nearest(settled(reached));
  }

  private static Configuration nearest(Configuration all) {
    if (all.frames().size() <= MOST_PLACES) {
      return all;
    }
    Set<Frame> nearest = new LinkedHashSet<>();
    all.frames().stream()
        .sorted(Comparator.comparingInt(Frame::distance))
        .limit(MOST_PLACES)
        .forEach(nearest::add);
    return new Configuration(nearest, all.complete());
  }

  /** Begins rules and ends them, wherever that needs no symbol. */
  Configuration settled(Set<Frame> reached) {
    Set<Frame> frames = new LinkedHashSet<>();
    Set<Frame> seen = new HashSet<>();
    Deque<Frame> open = new ArrayDeque<>(reached);
    boolean complete = false;
    while (!open.isEmpty()) {
      Frame frame = open.remove();
      if (frame.isOutside() || !seen.add(frame)) {
        continue;
      }
      for (Call call : transitions.calls(frame.state())) {
        open.add(frame(call.start(), back(call, frame)));
      }
      if (transitions.accepts(frame.state())) {
        if (frame.back() == null) {
          complete = true;
        } else {
          open.add(frame.back());
        }
      }
      if (transitions.leadsOn(frame.state())) {
        frames.add(frame);
      }
    }
    return new Configuration(frames, complete);
  }

  /** Where a rule goes on after another; if it ends there, at once where it goes on itself. */
  private @Nullable Frame back(Call call, Frame frame) {
    boolean ends = transitions.isLast(call.back()) && transitions.accepts(call.back());
    return ends ? frame.back() : frame(call.back(), frame.back());
  }
}
