package dev.argus.decoder.core.grammar;

import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.InvalidInput;
import dev.argus.base.failure.Overloaded;
import dev.argus.decoder.core.grammar.syntax.Expression;
import dev.argus.decoder.core.grammar.syntax.Rules;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Compiles forms of answers for one model, and keeps the last used ones, by their texts. One at a
 * time, on the calling thread: however many callers bring forms that are costly to compile, they
 * take one processor from the others. Thread-safe; masks of what it gives belong to the thread of
 * the model's scheduler.
 */
public final class Grammars {
  private static final int MOST_KEPT = 32;
  private static final long MOST_BYTES = 128L << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Vocabulary vocabulary;
  private final Expression regions;
  private final LongSupplier nanoClock;
  private final GrammarObserver observer;
  private final ReentrantLock compiling = new ReentrantLock();
  private final Map<Format, Grammar> kept = new LinkedHashMap<>(16, 0.75f, true); // guarded by this

  /**
   * @param regions how the model writes regions
   * @param nanoClock monotonic time in nanoseconds; thread-safe
   * @param observer watches
   */
  public Grammars(
      Vocabulary vocabulary, Expression regions, LongSupplier nanoClock, GrammarObserver observer) {
    this.vocabulary = vocabulary;
    this.regions = regions;
    this.nanoClock = nanoClock;
    this.observer = observer;
  }

  /**
   * The grammar of a form.
   *
   * @throws InvalidInput if there cannot be one, naming the field and what in it is wrong
   * @throws Overloaded if others are compiled all the time
   */
  public Grammar of(Format format) {
    return kept(format).orElseGet(() -> compileInTurn(format));
  }

  private synchronized Optional<Grammar> kept(Format format) {
    Optional<Grammar> known = Optional.ofNullable(kept.get(format));
    known.ifPresent(_ -> observer.reused(format));
    return known;
  }

  private Grammar compileInTurn(Format format) {
    try {
      if (!compiling.tryLock(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new Overloaded("too many forms of answers are being compiled", PATIENCE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Cancelled("interrupted while waiting to compile the form of the answer");
    }
    try {
      return kept(format).orElseGet(() -> keep(format, compile(format)));
    } finally {
      compiling.unlock();
    }
  }

  private synchronized Grammar keep(Format format, Grammar made) {
    kept.put(format, made);
    long bytes = kept.values().stream().mapToLong(Grammar::bytes).sum();
    Iterator<Grammar> eldest = kept.values().iterator();
    while (kept.size() > 1 && (kept.size() > MOST_KEPT || bytes > MOST_BYTES)) {
      bytes -= eldest.next().bytes();
      eldest.remove();
    }
    return made;
  }

  private Grammar compile(Format format) {
    long start = nanoClock.getAsLong();
    String field = field(format);
    Rules rules =
        switch (format) {
          case Format.JsonSchema schema -> Rules.jsonSchema(schema.schema(), field);
          case Format.Regex regex -> Rules.regularExpression(regex.expression(), field);
          case Format.Choices choices -> Rules.choices(choices.values(), field);
          case Format.JsonObject _ -> Rules.jsonObject(field);
          case Format.Regions _ -> Rules.expression(regions, field);
        };
    boolean shortens = !(format instanceof Format.Regions);
    Transitions transitions = new Transitions(rules, vocabulary, field);
    Grammar made = new Grammar(transitions, vocabulary, shortens, nanoClock, observer::masked);
    observer.compiled(format, nanoClock.getAsLong() - start);
    return made;
  }

  private static String field(Format format) {
    String part =
        switch (format) {
          case Format.JsonSchema _ -> ".schema";
          case Format.Choices _ -> ".values";
          case Format.Regex _, Format.JsonObject _, Format.Regions _ -> "";
        };
    return "response_format." + format.kind() + part;
  }
}
