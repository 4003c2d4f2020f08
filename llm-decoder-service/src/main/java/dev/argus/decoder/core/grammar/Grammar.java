package dev.argus.decoder.core.grammar;

import dev.argus.base.failure.InvalidInput;
import dev.argus.decoder.core.grammar.TokenWalk.Exit;
import dev.argus.decoder.core.grammar.syntax.Automaton.Arc;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

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
 * <p>Both are kept, the last used ones of each. Not thread-safe: made on any thread, as answers are
 * begun; masks are the scheduler's thread's alone.
 */
public final class Grammar {
  private static final int KEPT = 256;

  private final Machine machine;
  private final Vocabulary vocabulary;
  private final boolean shortens;
  private final LongSupplier nanoClock;
  private final LongConsumer masked;
  private final Configuration start;
  private final Map<Integer, Stay> stays = new LastUsed<>();
  private final Map<Configuration, TokenMask> masks = new LastUsed<>();

  /**
   * Tokens that end before their rule or with it.
   *
   * @param exits nodes of the trie at which it ends, and tokens go on
   */
  private record Stay(TokenMask tokens, List<Exit> exits) {}

  /**
   * @param shortens whether an answer is brought to its end when it must be
   * @param masked is told of each mask, in nanoseconds, on the scheduler's thread
   */
  Grammar(
      Transitions transitions,
      Vocabulary vocabulary,
      boolean shortens,
      LongSupplier nanoClock,
      LongConsumer masked) {
    this.machine = new Machine(transitions);
    this.vocabulary = vocabulary;
    this.shortens = shortens;
    this.nanoClock = nanoClock;
    this.masked = masked;
    this.start = machine.start();
  }

  /**
   * Begins an answer.
   *
   * @param maxTokens the most tokens that it may have
   * @throws InvalidInput if they do not suffice for any that is whole
   */
  public Constraint begin(int maxTokens) {
    if (shortens && start.distance() > maxTokens && mask(start, maxTokens - 1).isEmpty()) {
      throw new InvalidInput(
          "sampling.max_tokens",
          "leaves room for %d tokens; an answer in this form takes at least about %d"
              .formatted(maxTokens, start.distance()));
    }
    return new Constraint(this, maxTokens, nanoClock, masked);
  }

  /** The most memory that it takes, about. */
  long bytes() {
    return machine.transitions().bytes() + 2L * KEPT * vocabulary.size() / Byte.SIZE;
  }

  boolean shortens() {
    return shortens;
  }

  Configuration start() {
    return start;
  }

  /** After a token that the mask allowed. */
  Configuration after(Configuration here, int token) {
    if (vocabulary.endIds().contains(token)) {
      return here;
    }
    if (vocabulary.marker(token) != TokenTrie.NONE) {
      return machine.afterMarker(here, vocabulary.marker(token));
    }
    byte[] bytes = vocabulary.bytes(token);
    return bytes.length == 0 ? here : machine.after(here, bytes);
  }

  /** The tokens that may come next. */
  TokenMask mask(Configuration here) {
    return kept(masks, here, this::computeMask);
  }

  /** Those after which at most so many more are needed to end. */
  TokenMask mask(Configuration here, int limit) {
    TokenMask mask = new TokenMask(vocabulary.size());
    for (Frame frame : here.frames()) {
      new TokenWalk(machine, vocabulary.trie(), mask, limit).walk(frame);
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
    walk.walk(machine.frame(state, outside));
    return new Stay(tokens, walk.exits());
  }

  private void goOn(Frame frame, List<Exit> exits, TokenMask mask) {
    Frame back = frame.back();
    if (back != null && !exits.isEmpty()) {
      TokenWalk walk = new TokenWalk(machine, vocabulary.trie(), mask, Integer.MAX_VALUE);
      exits.forEach(exit -> walk.goOn(back, exit));
    }
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
