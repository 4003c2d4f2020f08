package dev.argus.decoder.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.base.failure.ModelFault;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A model whose logits are a hash of everything in the slot, visual tokens by their content: any
 * mistake with slots, positions or visual tokens changes the answer. Checks what its caller owes
 * it.
 */
public final class FakeModel implements LanguageModel {
  private final int slots;
  private final int slotCapacity;
  private final int vocabularySize;
  private final List<List<Long>> contents = new ArrayList<>();
  private Consumer<String> beforeCall = call -> {};
  private boolean failing;
  private boolean closed;

  public FakeModel(int slots, int slotCapacity, int vocabularySize) {
    this.slots = slots;
    this.slotCapacity = slotCapacity;
    this.vocabularySize = vocabularySize;
    for (int slot = 0; slot < slots; slot++) {
      contents.add(new ArrayList<>());
    }
  }

  /** The next call throws. */
  public void failNext() {
    failing = true;
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
  public void prefill(PrefillChunk chunk, float[] logits) {
    beforeCall.accept("prefill " + chunk.tokenIds().length);
    assertThat(chunk.tokenIds()).isNotEmpty();
    List<Long> content = contents.get(chunk.slot());
    if (chunk.start() == 0) {
      content.clear();
    }
    assertThat(chunk.start()).isEqualTo(content.size());
    for (int id : chunk.tokenIds()) {
      content.add((long) id);
    }
    chunk.visual().forEach(rows -> place(rows, chunk.start(), content));
    failIfAsked(content);
    compute(content, logits);
  }

  @Override
  public void decode(List<DecodeToken> tokens, float[][] logits) {
    beforeCall.accept("decode " + tokens.size());
    assertThat(tokens).isNotEmpty();
    assertThat(logits).hasNumberOfRows(tokens.size());
    Set<Integer> seen = new HashSet<>();
    for (DecodeToken token : tokens) {
      assertThat(seen.add(token.slot())).as("slots differ").isTrue();
      List<Long> content = contents.get(token.slot());
      assertThat(token.position()).isEqualTo(content.size()).isLessThan(slotCapacity);
      content.add((long) token.tokenId());
    }
    for (int i = 0; i < tokens.size(); i++) {
      failIfAsked(contents.get(tokens.get(i).slot()));
      compute(contents.get(tokens.get(i).slot()), logits[i]);
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  private static void place(VisualRows rows, int start, List<Long> content) {
    int first = start + rows.offset();
    int count = rows.features().remaining() / VisualFeatures.ROW_BYTES;
    for (int row = 0; row < count; row++) {
      content.set(first + row, VisualFeatures.digest(rows.features(), row));
    }
  }

  private void failIfAsked(List<Long> content) {
    if (failing) {
      failing = false;
      Collections.fill(content, -1L);
      throw new ModelFault("the fake model fails as told", null);
    }
  }

  private void compute(List<Long> content, float[] logits) {
    long hash = 17;
    for (long value : content) {
      hash = mix(hash * 31 + value);
    }
    for (int id = 0; id < vocabularySize; id++) {
      logits[id] = (mix(hash + id) >>> 40) * 0x1p-24f * 8;
    }
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 33)) * 0xFF51AFD7ED558CCDL;
    z = (z ^ (z >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return z ^ (z >>> 33);
  }
}
