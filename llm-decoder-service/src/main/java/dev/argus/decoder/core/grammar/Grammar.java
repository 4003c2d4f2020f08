package dev.argus.decoder.core.grammar;

import dev.argus.decoder.core.grammar.syntax.Automaton.Arc;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * A form of answers for one vocabulary, and the masks that were needed so far.
 *
 * <p>Design note. Which tokens lead on depends on the whole stack of rules that were begun, of
 * which there is no end. But most tokens end before the rule does in which they begin: so for each
 * state the tokens that stay within its rule are found once, by a walk through the vocabulary,
 * together with the nodes of the trie at which the rule ends. A mask is these tokens, and those
 * that are found below the few nodes by going on in what lies below in the stack. What is inside a
 * string is walked once, however deep and in whichever object the string is.
 *
 * <p>Both are kept, the last used ones of each. Not thread-safe: made on any thread, then used by
 * the scheduler's alone.
 */
public final class Grammar {
  private static final int KEPT = 256;

  private final Machine machine;
  private final Vocabulary vocabulary;
  private final boolean shortens;
  private final Map<Integer, Stay> stays = new LastUsed<>();
  private final Map<Configuration, TokenMask> masks = new LastUsed<>();

  /**
   * Tokens that end before their rule or with it.
   *
   * @param exits nodes of the trie at which it ends, and tokens go on
   */
  private record Stay(TokenMask tokens, List<Integer> exits) {}

  /**
   * @param shortens whether an answer is brought to its end when it must be
   */
  Grammar(Transitions transitions, Vocabulary vocabulary, boolean shortens) {
    this.machine = new Machine(transitions);
    this.vocabulary = vocabulary;
    this.shortens = shortens;
  }

  /**
   * Begins an answer.
   *
   * @param maxTokens the most tokens that it may have
   */
  public Constraint begin(int maxTokens) {
    return new Constraint(this, maxTokens);
  }

  boolean shortens() {
    return shortens;
  }

  Configuration start() {
    return machine.start();
  }

  /** After a token that the mask allowed. */
  Configuration after(Configuration here, int token) {
    if (vocabulary.endIds().contains(token)) {
      return here;
    }
    if (vocabulary.marker(token) != TokenTrie.NONE) {
      return machine.afterMarker(here, vocabulary.marker(token));
    }
    Configuration next = here;
    for (byte value : vocabulary.bytes(token)) {
      next = machine.after(next, value & 0xFF);
    }
    return next;
  }

  /** The tokens that may come next. */
  TokenMask mask(Configuration here) {
    return kept(masks, here, this::computeMask);
  }

  /** Those after which at most so many more are needed to end. */
  TokenMask mask(Configuration here, int limit) {
    TokenMask mask = new TokenMask(vocabulary.size());
    for (Frame frame : here.frames()) {
      new TokenWalk(machine, vocabulary.trie(), mask, limit).walk(frame, 0);
      addMarkers(frame, limit, mask);
    }
    addEnd(here, mask);
    return mask;
  }

  private TokenMask computeMask(Configuration here) {
    TokenMask mask = new TokenMask(vocabulary.size());
    for (Frame frame : here.frames()) {
      int below = frame.back() == null ? 0 : Objects.requireNonNull(frame.back()).distance();
      Stay stay = kept(stays, frame.state(), this::computeStay);
      mask.addAll(stay.tokens, below);
      goOn(frame, stay.exits, mask);
      addMarkers(frame, Integer.MAX_VALUE, mask);
    }
    addEnd(here, mask);
    return mask;
  }

  private Stay computeStay(int state) {
    TokenMask tokens = new TokenMask(vocabulary.size());
    Frame outside = machine.transitions().isOutermost(state) ? null : Frame.OUTSIDE;
    TokenWalk walk = new TokenWalk(machine, vocabulary.trie(), tokens, Integer.MAX_VALUE);
    walk.walk(machine.frame(state, outside), 0);
    return new Stay(tokens, walk.exits());
  }

  private void goOn(Frame frame, List<Integer> exits, TokenMask mask) {
    Frame back = frame.back();
    if (back == null || exits.isEmpty()) {
      return;
    }
    Set<Frame> places = machine.settled(Set.of(back)).frames();
    TokenWalk walk = new TokenWalk(machine, vocabulary.trie(), mask, Integer.MAX_VALUE);
    exits.forEach(exit -> places.forEach(place -> walk.walk(place, exit)));
  }

  private void addMarkers(Frame frame, int limit, TokenMask mask) {
    int below = frame.back() == null ? 0 : Objects.requireNonNull(frame.back()).distance();
    for (Arc arc : machine.transitions().markers(frame.state())) {
      int distance = machine.transitions().distance(arc.target()) + below;
      for (int marker = arc.from(); marker <= arc.to() && distance <= limit; marker++) {
        mask.add(vocabulary.tokenOfMarker(marker), distance);
      }
    }
  }

  private void addEnd(Configuration here, TokenMask mask) {
    if (here.complete()) {
      vocabulary.endIds().forEach(id -> mask.add(id, 0));
    }
  }

  private static <K, V> V kept(Map<K, V> kept, K key, Function<K, V> compute) {
    V known = kept.get(key);
    if (known == null) {
      known = compute.apply(key);
      kept.put(key, known);
    }
    return known;
  }

  /** What was used last. */
  private static final class LastUsed<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;

    LastUsed() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > KEPT;
    }
  }
}
