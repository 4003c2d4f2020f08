package dev.argus.decoder.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.argus.decoder.core.LanguageModel.PrefillChunk;
import dev.argus.decoder.core.LanguageModel.VisualRows;
import dev.argus.testdata.Golden;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A case of the reference data, as the decoder sees it.
 *
 * @param tokenIds the prompt
 * @param features visual tokens in the order of their places, {@code [visual, hidden]}
 * @param hidden width of a visual token
 * @param imageToken the id that holds a visual token's place
 * @param greedy the 24 tokens that the reference generates
 * @param logits the logits before each, {@code [24][vocabulary]}
 */
@SuppressWarnings("ArrayRecordComponent") // Test data, never compared.
record GoldenCase(
    int[] tokenIds, float[] features, int hidden, int imageToken, int[] greedy, float[][] logits) {

  static GoldenCase read(String checkpoint, String name, int imageToken, int hidden) {
    JsonNode example = Golden.json(checkpoint + "/golden.json").at("/cases/" + name);
    int[] greedy = new int[example.get("greedy_24").size()];
    Arrays.setAll(greedy, i -> example.get("greedy_24").get(i).asInt());
    float[] all = Golden.floats(checkpoint, name + "/step_logits");
    float[][] logits = new float[greedy.length][];
    int vocabulary = all.length / greedy.length;
    Arrays.setAll(logits, i -> Arrays.copyOfRange(all, i * vocabulary, (i + 1) * vocabulary));
    boolean visual = !example.get("images").isEmpty();
    return new GoldenCase(
        Golden.ints(checkpoint, name + "/input_ids"),
        visual ? Golden.floats(checkpoint, name + "/image_features") : new float[0],
        hidden,
        imageToken,
        greedy,
        logits);
  }

  /** The prompt in chunks of at most so many tokens, for a slot. */
  List<PrefillChunk> chunks(int slot, int size) {
    List<PrefillChunk> chunks = new ArrayList<>();
    for (int start = 0; start < tokenIds.length; start += size) {
      int end = Math.min(start + size, tokenIds.length);
      chunks.add(
          new PrefillChunk(
              slot, start, Arrays.copyOfRange(tokenIds, start, end), visual(start, end)));
    }
    return chunks;
  }

  /** The visual tokens between two positions, one piece for each run of places. */
  private List<VisualRows> visual(int start, int end) {
    List<VisualRows> pieces = new ArrayList<>();
    for (int from = start; from < end; from++) {
      if (tokenIds[from] == imageToken) {
        int to = from + 1;
        while (to < end && tokenIds[to] == imageToken) {
          to++;
        }
        pieces.add(new VisualRows(from - start, rows(placesBefore(from), to - from)));
        from = to;
      }
    }
    return pieces;
  }

  private int placesBefore(int position) {
    return (int) Arrays.stream(tokenIds, 0, position).filter(id -> id == imageToken).count();
  }

  private ByteBuffer rows(int first, int count) {
    ByteBuffer rows =
        ByteBuffer.allocate(count * hidden * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    rows.asFloatBuffer().put(features, first * hidden, count * hidden);
    return rows;
  }
}
