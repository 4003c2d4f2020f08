package dev.argus.decoder.core.grammar.syntax;

import dev.argus.decoder.core.grammar.syntax.Automaton.Arc;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Asks automata about texts. */
final class Words {
  private Words() {}

  static boolean accepts(Expression expression, String text) {
    return accepts(Determinization.of(expression, new Effort("test")), text);
  }

  static boolean accepts(Automaton automaton, String text) {
    int state = 0;
    for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
      int symbol = value & 0xFF;
      List<Arc> fitting =
          automaton.arcs().get(state).stream()
              .filter(arc -> arc.from() <= symbol && symbol <= arc.to())
              .toList();
      if (fitting.isEmpty()) {
        return false;
      }
      state = fitting.getFirst().target();
    }
    return automaton.accepting().get(state);
  }
}
