package dev.argus.decoder.core.grammar;

import dev.argus.decoder.core.grammar.Transitions.Call;
import dev.argus.decoder.core.grammar.syntax.Automaton.Arc;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs a grammar: a pushdown machine, whose stack says where to go on after each rule that was
 * begun. Where several rules may begin alike it follows all of them. Immutable and thread-safe.
 */
final class Machine {
  private final Transitions transitions;

  Machine(Transitions transitions) {
    this.transitions = transitions;
  }

  Transitions transitions() {
    return transitions;
  }

  /** Before the first token. */
  Configuration start() {
    return settled(Set.of(frame(0, null)));
  }

  /** A place above another. */
  Frame frame(int state, @Nullable Frame back) {
    int below = back == null ? 0 : back.distance();
    return new Frame(state, back, transitions.distance(state) + below);
  }

  /** After a byte. */
  Configuration after(Configuration here, int value) {
    Set<Frame> reached = new LinkedHashSet<>();
    for (Frame frame : here.frames()) {
      int target = transitions.target(frame.state(), value);
      if (target != Transitions.NONE) {
        reached.add(frame(target, frame.back()));
      }
    }
    return settled(reached);
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
    return settled(reached);
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
