package dev.argus.cli.selftest;

import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.checkpoint.prompt.VisualSpan;
import dev.argus.decoder.core.LanguageModel;
import dev.argus.decoder.core.LanguageModel.DecodeToken;
import dev.argus.decoder.core.LanguageModel.PrefillChunk;
import dev.argus.decoder.core.LanguageModel.VisualRows;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A prompt whose tiles are encoded.
 *
 * @param features of each tile, one for each span of the layout
 */
public record EncodedPrompt(PromptLayout layout, List<ByteBuffer> features) {

  /** Tokens of it, the visual ones included. */
  public int length() {
    return layout.tokenIds().length;
  }

  /**
   * Prefills a slot.
   *
   * @param most tokens of a piece
   * @return the logits after the last token
   */
  public float[] read(LanguageModel model, int slot, int most) {
    float[] logits = new float[model.vocabularySize()];
    for (int start = 0; start < length(); start += most) {
      int end = Math.min(length(), start + most);
      int[] ids = Arrays.copyOfRange(layout.tokenIds(), start, end);
      model.prefill(new PrefillChunk(slot, start, ids, rows(start, end)), logits);
    }
    return logits;
  }

  /** The visual tokens whose places lie from one token to another. */
  private List<VisualRows> rows(int start, int end) {
    List<VisualRows> rows = new ArrayList<>();
    for (int i = 0; i < features.size(); i++) {
      VisualSpan span = layout.spans().get(i);
      int from = Math.max(start, span.position());
      int to = Math.min(end, span.position() + span.length());
      if (from < to) {
        int rowBytes = features.get(i).remaining() / span.length();
        rows.add(
            new VisualRows(
                from - start,
                features
                    .get(i)
                    .slice((from - span.position()) * rowBytes, (to - from) * rowBytes)));
      }
    }
    return rows;
  }

  /**
   * The tokens that follow greedily, as far as the slot has room.
   *
   * @param logits after the prompt; overwritten
   */
  public List<Integer> continued(LanguageModel model, int slot, float[] logits, int count) {
    List<Integer> tokens = new ArrayList<>();
    for (int position = length();
        tokens.size() < count && position < model.slotCapacity();
        position++) {
      int token = likeliest(logits);
      tokens.add(token);
      model.decode(List.of(new DecodeToken(slot, position, token)), new float[][] {logits});
    }
    return tokens;
  }

  /** The token with the largest logit. */
  public static int likeliest(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }
}
