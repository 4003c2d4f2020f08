package dev.argus.decoder.core;

import dev.argus.base.failure.ModelFault;
import dev.argus.decoder.core.sampling.TopLogits;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A model whose logits are a hash of everything in the slot, visual tokens by their content: any
 * mistake with slots, positions, copies or visual tokens changes the answer. Checks what its caller
 * owes it.
 */
public final class FakeModel implements LanguageModel {
  private static final long SEED = 17;

  private final int slots;
  private final int slotCapacity;
  private final int vocabularySize;

  /** For each slot and position, the hash of all that the slot contains up to there. */
  private final long[][] hashes;

  /** For each slot, how many positions it contains. */
  private final int[] lengths;

  private Consumer<String> beforeCall = call -> {};
  private boolean anyChunk;
  private double costOfLast = 1;
  private boolean failing;
  private boolean closed;
  private boolean saysHighest;
  private long step;
  private int rowsRead;

  public FakeModel(int slots, int slotCapacity, int vocabularySize) {
    this.slots = slots;
    this.slotCapacity = slotCapacity;
    this.vocabularySize = vocabularySize;
    this.hashes = new long[slots][slotCapacity];
    this.lengths = new int[slots];
  }

  /** The next call throws. */
  public void failNext() {
    failing = true;
  }

  /** Takes chunks of any length. */
  FakeModel anyChunk() {
    anyChunk = true;
    return this;
  }

  /** Says which tokens have the highest logits after a decode step, if four or fewer are wanted. */
  FakeModel saysHighest() {
    saysHighest = true;
    return this;
  }

  /** How often the logits of a decode step were read. */
  int rowsRead() {
    return rowsRead;
  }

  /** Reading a prompt becomes dearer, up to so many times at the slot's end. */
  FakeModel costOfLast(double multiple) {
    costOfLast = multiple;
    return this;
  }

  /** Runs before every call with its name and size, such as {@code decode 3}. */
  public void beforeCall(Consumer<String> hook) {
    beforeCall = hook;
  }

  public boolean closed() {
    return closed;
  }

  @Override
  public int slots() {
    return slots;
  }

  @Override
  public int slotCapacity() {
    return slotCapacity;
  }

  @Override
  public int vocabularySize() {
    return vocabularySize;
  }

  @Override
  public double readingCost(int position) {
    return 1 + (costOfLast - 1) * position / slotCapacity;
  }

  @Override
  public void prefill(PrefillChunk chunk, float[] logits) {
    beforeCall.accept("prefill " + chunk.tokenIds().length);
    int count = chunk.tokenIds().length;
    require(count > 0, "a chunk has tokens");
    require(chunk.start() <= lengths[chunk.slot()], "no position is left out");
    require(anyChunk || count != 1 || chunk.start() + count == 1, "a chunk's length is exact");
    long[] values = Arrays.stream(chunk.tokenIds()).asLongStream().toArray();
    for (VisualRows rows : chunk.visual()) {
      int rowCount = rows.features().remaining() / VisualFeatures.ROW_BYTES;
      for (int row = 0; row < rowCount; row++) {
        values[rows.offset() + row] = VisualFeatures.digest(rows.features(), row);
      }
    }
    lengths[chunk.slot()] = chunk.start();
    for (long value : values) {
      append(chunk.slot(), value);
    }
    failIfAsked(chunk.slot());
    compute(chunk.slot(), logits);
  }

  @Override
  public List<Logits> decode(List<DecodeToken> tokens) {
    beforeCall.accept("decode " + tokens.size());
    require(!tokens.isEmpty(), "a step has tokens");
    step++;
    BitSet seen = new BitSet();
    for (DecodeToken token : tokens) {
      require(!seen.get(token.slot()), "slots differ");
      require(token.position() == lengths[token.slot()], "a token goes to the next position");
      seen.set(token.slot());
      append(token.slot(), token.tokenId());
    }
    tokens.forEach(token -> failIfAsked(token.slot()));
    return tokens.stream().<Logits>map(token -> new Computed(token.slot())).toList();
  }

  /** Logits of a slot after its last token. */
  private final class Computed implements Logits {
    private final int slot;
    private final long computedIn = step;

    Computed(int slot) {
      this.slot = slot;
    }

    @Override
    public OptionalInt highest() {
      if (!saysHighest) {
        return OptionalInt.empty();
      }
      float[] logits = new float[vocabularySize];
      compute(logits);
      int highest = 0;
      for (int id = 1; id < vocabularySize; id++) {
        highest = logits[id] > logits[highest] ? id : highest;
      }
      return OptionalInt.of(highest);
    }

    @Override
    public Optional<TopLogits> top(int count) {
      if (!saysHighest || count > 4) {
        return Optional.empty();
      }
      float[] logits = new float[vocabularySize];
      compute(logits);
      float[] sorted = logits.clone();
      Arrays.sort(sorted);
      float least = sorted[vocabularySize - count];
      int[] ids = IntStream.range(0, vocabularySize).filter(id -> logits[id] >= least).toArray();
      float[] highest = new float[ids.length];
      for (int i = 0; i < ids.length; i++) {
        highest[i] = logits[ids[i]];
      }
      return Optional.of(new TopLogits(ids, highest));
    }

    @Override
    public void read(float[] target) {
      rowsRead++;
      compute(target);
    }

    private void compute(float[] target) {
      require(computedIn == step, "logits are used before the next step");
      FakeModel.this.compute(slot, target);
    }
  }

  @Override
  public void copy(int source, int target, int from, int to) {
    beforeCall.accept("copy " + (to - from));
    require(source != target && from < to, "a copy is of positions to another slot");
    require(from <= lengths[target] && to <= lengths[source], "a copy leaves no position out");
    failIfAsked(target);
    System.arraycopy(hashes[source], from, hashes[target], from, to - from);
    lengths[target] = to;
  }

  @Override
  public void close() {
    closed = true;
  }

  private void append(int slot, long value) {
    int position = lengths[slot]++;
    require(position < slotCapacity, "a slot is not filled beyond its capacity");
    long before = position == 0 ? SEED : hashes[slot][position - 1];
    hashes[slot][position] = mix(before * 31 + value);
  }

  private void failIfAsked(int slot) {
    if (failing) {
      failing = false;
      Arrays.fill(hashes[slot], -1);
      throw new ModelFault("the fake model fails as told", null);
    }
  }

  private void compute(int slot, float[] logits) {
    long hash = hashes[slot][lengths[slot] - 1];
    for (int id = 0; id < vocabularySize; id++) {
      logits[id] = (mix(hash + id) >>> 40) * 0x1p-24f * 8;
    }
  }

  private static void require(boolean kept, String promise) {
    if (!kept) {
      throw new AssertionError("broken: " + promise);
    }
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 33)) * 0xFF51AFD7ED558CCDL;
    z = (z ^ (z >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return z ^ (z >>> 33);
  }
}
