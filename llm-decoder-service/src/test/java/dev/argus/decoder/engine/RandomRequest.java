package dev.argus.decoder.engine;

import dev.argus.base.sampling.Sampling;
import dev.argus.base.sampling.Stopping;
import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.checkpoint.prompt.VisualSpan;
import dev.argus.decoder.core.Letters;
import dev.argus.decoder.core.Prompt;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A request with random words, pictures and sampling. Many begin like one before them, as the turns
 * of a chat do.
 *
 * @param prompt at most {@value #LONGEST} tokens
 * @param pictures for each span, the seed of its visual tokens
 * @param sampling greedy or drawn, with stop strings now and then
 * @param maxTokens 1 to 40
 */
@SuppressWarnings("ArrayRecordComponent") // Test data, never compared.
record RandomRequest(Prompt prompt, int[] pictures, Sampling sampling, int maxTokens) {
  static final int LONGEST = 400;
  private static final int PICTURES = 4;
  private static final int WORDS = 500;
  private static final List<String> STOPS = List.of("abcab", "ccc", "babb", "aaaaa");

  /** A new one, which may begin like one of those before it. */
  static RandomRequest like(List<RandomRequest> before, int imageToken, Random random) {
    List<Integer> ids = new ArrayList<>();
    List<VisualSpan> spans = new ArrayList<>();
    List<Integer> pictures = new ArrayList<>();
    if (!before.isEmpty() && random.nextInt(3) > 0) {
      before.get(random.nextInt(before.size())).copyBeginning(ids, spans, pictures, random);
    }
    int parts = random.nextInt(4);
    for (int part = 0; part < parts; part++) {
      addWords(ids, 1 + random.nextInt(60), random);
      int length = 1 + random.nextInt(80);
      if (ids.size() + length < LONGEST - 60 && random.nextBoolean()) {
        spans.add(new VisualSpan(ids.size(), length));
        pictures.add(random.nextInt(PICTURES));
        for (int i = 0; i < length; i++) {
          ids.add(imageToken);
        }
      }
    }
    addWords(ids, 1 + random.nextInt(40), random);
    PromptLayout layout =
        new PromptLayout(ids.stream().mapToInt(Integer::intValue).toArray(), spans);
    List<ByteBuffer> digests =
        pictures.stream().map(seed -> ByteBuffer.wrap(new byte[] {seed.byteValue()})).toList();
    return new RandomRequest(
        new Prompt("tenant", layout, digests),
        pictures.stream().mapToInt(Integer::intValue).toArray(),
        sampling(random),
        1 + random.nextInt(40));
  }

  private void copyBeginning(
      List<Integer> ids, List<VisualSpan> spans, List<Integer> seeds, Random random) {
    int end = 1 + random.nextInt(prompt.length());
    for (int span = 0; span < pictures.length; span++) {
      VisualSpan place = prompt.layout().spans().get(span);
      if (place.position() + place.length() <= end) {
        spans.add(place);
        seeds.add(pictures[span]);
      } else {
        end = Math.min(end, place.position());
      }
    }
    Arrays.stream(prompt.layout().tokenIds(), 0, end).forEach(ids::add);
  }

  private static void addWords(List<Integer> ids, int count, Random random) {
    for (int i = 0; i < count && ids.size() < LONGEST; i++) {
      ids.add(2 + random.nextInt(WORDS));
    }
  }

  private static Sampling sampling(Random random) {
    Stopping stopping =
        Stopping.DEFAULT
            .withStrings(random.nextInt(3) == 0 ? STOPS : List.of())
            .withIgnoreEndOfSequence(random.nextBoolean());
    return Sampling.GREEDY
        .withTemperature(random.nextBoolean() ? 0 : 0.3f + random.nextFloat())
        .withTopP(random.nextBoolean() ? 1 : 0.5f + random.nextFloat() / 2)
        .withSeed(random.nextLong())
        .withLogprobs(1)
        .withStopping(stopping);
  }

  /** The visual tokens of a span: the same wherever the same picture fills as many places. */
  ByteBuffer features(int span, int hiddenSize) {
    int numbers = prompt.layout().spans().get(span).length() * hiddenSize;
    ByteBuffer rows = ByteBuffer.allocate(numbers * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    Random random = new Random(pictures[span]);
    for (int i = 0; i < numbers; i++) {
      rows.putFloat((float) random.nextGaussian());
    }
    return rows.flip();
  }

  /** Any text decoder does; this one makes stop strings likely. */
  static Letters text() {
    return new Letters();
  }
}
