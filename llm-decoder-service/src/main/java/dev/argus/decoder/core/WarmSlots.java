package dev.argus.decoder.core;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The slots of the KV cache, held or free, and the prompt whose beginning each one contains: the
 * prefix cache. A slot that is given back stays warm until it is needed for something else; the one
 * given back first goes first.
 *
 * <p>Design note: a prompt's keys and values depend on its own tokens from the first on, so a
 * longest common beginning is all that can be shared. It is taken over in place, if its slot is
 * free and most of it is used, or copied, even from a slot that is in use: copying takes some
 * microseconds a token, reading it takes most of a millisecond. Only what was read as a prompt is
 * kept. Tokens that were generated lie behind it in the slot, but a decode step computes their keys
 * and values with other kernels than a prefill would, different in the last bits, and an answer
 * must not depend on what is in the cache. So the second turn of a chat reads the first answer once
 * and everything before it never again.
 *
 * <p>At least two tokens of a prompt are left to be read, so that there are logits and {@link
 * ChunkLength} is kept. Not thread-safe: it belongs to the scheduler's thread.
 */
final class WarmSlots {
  private static final int LEFT_TO_READ = 2;

  private final LanguageModel model;
  private final boolean reuse;
  private final SlotPool pool;
  private final List<Content> contents = new ArrayList<>();

  /**
   * What a slot contains.
   *
   * @param prompt null: nothing
   * @param length how many of its tokens
   */
  private record Content(@Nullable Prompt prompt, int length) {
    static final Content NOTHING = new Content(null, 0);

    int commonPrefix(Prompt other) {
      return prompt == null || length == 0 ? 0 : Math.min(length, prompt.commonPrefix(other));
    }
  }

  /**
   * A slot, given to a prompt.
   *
   * @param slot which
   * @param reused how many of the prompt's first tokens it contains
   */
  record Lease(int slot, int reused) {}

  /**
   * @param model all its slots are the pool's
   * @param reuse false: what a slot contains is never used again
   */
  WarmSlots(LanguageModel model, boolean reuse) {
    this.model = model;
    this.reuse = reuse;
    this.pool = new SlotPool(model.slots());
    for (int slot = 0; slot < model.slots(); slot++) {
      contents.add(Content.NOTHING);
    }
  }

  /**
   * Takes a slot for a prompt, with as much of the prompt as can be had without reading it.
   *
   * @throws dev.argus.base.failure.ModelFault if copying failed; no slot is taken then
   * @throws IllegalStateException if none is free
   */
  Lease acquire(Prompt prompt) {
    OptionalInt warm = worthTakingOver(prompt);
    int slot = warm.isPresent() ? pool.acquire(warm.getAsInt()) : pool.acquire();
    int inPlace = usable(slot, prompt);
    read(slot, prompt, inPlace);
    try {
      return new Lease(slot, extend(slot, prompt, inPlace));
    } catch (RuntimeException e) {
      forget(slot);
      release(slot);
      throw e;
    }
  }

  /**
   * Copies more of a prompt into its slot, if another slot has come to contain more of it.
   *
   * @param position how many of its tokens the slot contains
   * @return how many it contains now
   */
  int extend(int slot, Prompt prompt, int position) {
    int source = slot;
    int most = position;
    for (int other = 0; other < contents.size(); other++) {
      int usable = other == slot ? 0 : usable(other, prompt);
      if (usable > most) {
        source = other;
        most = usable;
      }
    }
    if (most > position) {
      model.copy(source, slot, position, most);
      read(slot, prompt, most);
    }
    return most;
  }

  /** A held slot now contains this much of its prompt, and after it nothing that can be reused. */
  void read(int slot, Prompt prompt, int length) {
    contents.set(slot, new Content(prompt, length));
  }

  /** What a slot contains is undefined. */
  void forget(int slot) {
    contents.set(slot, Content.NOTHING);
  }

  /** Gives a slot back. What it contains stays until it is needed. */
  void release(int slot) {
    if (reuse && contents.get(slot).length() > 0) {
      pool.release(slot);
    } else {
      pool.releaseFirst(slot);
    }
  }

  /** Number of slots held. */
  int used() {
    return pool.used();
  }

  /** Number of slots to be had. */
  int free() {
    return pool.free();
  }

  /** The free slot that contains most of the prompt, if little else would be lost with it. */
  private OptionalInt worthTakingOver(Prompt prompt) {
    int best = -1;
    int most = 0;
    for (int slot = 0; slot < contents.size(); slot++) {
      int usable = pool.isFree(slot) ? usable(slot, prompt) : 0;
      if (usable > most && 2 * usable >= contents.get(slot).length()) {
        best = slot;
        most = usable;
      }
    }
    return best < 0 ? OptionalInt.empty() : OptionalInt.of(best);
  }

  private int usable(int slot, Prompt prompt) {
    int most = prompt.length() - LEFT_TO_READ;
    return reuse && most > 0 ? Math.min(most, contents.get(slot).commonPrefix(prompt)) : 0;
  }
}
