package dev.argus.bench.graphs;

import dev.argus.decoder.core.LanguageModel.PrefillChunk;
import dev.argus.decoder.core.LanguageModel.VisualRows;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * What the graphs are given: the same for all, and the same each time.
 *
 * @param promptTokens of the prompt that is read
 * @param context where decoding begins
 * @param vocabularySize ids are below
 * @param hiddenSize width of a visual token
 */
record Workload(int promptTokens, int context, int vocabularySize, int hiddenSize) {
  /** Of the prompt's tokens, at the beginning and at the end. */
  private static final int TEXT_TOKENS = 28;

  private static final long SEED = 20260101;

  /** A tile of noise, uint8, {@code [side, side, 3]}. */
  static ByteBuffer tile(int side) {
    byte[] pixels = new byte[side * side * 3];
    random().nextBytes(pixels);
    return ByteBuffer.wrap(pixels);
  }

  /**
   * The prompt: text, visual tokens, text.
   *
   * @param features of one tile, which all tiles are like
   */
  PrefillChunk prompt(int slot, ByteBuffer features) {
    List<VisualRows> visual = new ArrayList<>();
    int rowBytes = hiddenSize * Float.BYTES;
    int tileTokens = features.remaining() / rowBytes;
    int end = promptTokens - TEXT_TOKENS;
    for (int place = TEXT_TOKENS; place < end; place += tileTokens) {
      int count = Math.min(tileTokens, end - place);
      visual.add(new VisualRows(place, features.slice(features.position(), count * rowBytes)));
    }
    return new PrefillChunk(slot, 0, ids(promptTokens), visual);
  }

  /** Text that goes on after the prompt up to the context. */
  List<PrefillChunk> rest(int slot) {
    return context > promptTokens
        ? List.of(new PrefillChunk(slot, promptTokens, ids(context - promptTokens), List.of()))
        : List.of();
  }

  /** The id that is decoded at a position of a slot. */
  int id(int slot, int position) {
    return Math.floorMod(31 * position + 7919 * slot, vocabularySize);
  }

  private int[] ids(int count) {
    int[] ids = new int[count];
    RandomGenerator random = random();
    Arrays.setAll(ids, i -> random.nextInt(vocabularySize));
    return ids;
  }

  private static RandomGenerator random() {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
  }
}
