package dev.argus.decoder.core;

import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.decoder.core.LanguageModel.DecodeToken;
import dev.argus.decoder.core.LanguageModel.PrefillChunk;
import dev.argus.decoder.core.LanguageModel.VisualRows;
import dev.argus.decoder.core.sampling.Sampling;
import dev.argus.decoder.core.sampling.TokenSampler;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a sequence answers when it has the model for itself, computed the simplest way: the whole
 * prompt at once, then token by token, and the text searched from its beginning each time.
 *
 * @param tokens all of them
 * @param text before the first stop string
 * @param reason why it ends
 */
public record ReferenceAnswer(List<Integer> tokens, String text, FinishReason reason) {

  /**
   * Computes it.
   *
   * @param featureSeed span i's visual tokens are {@code VisualFeatures.rows(featureSeed + i)}
   */
  public static ReferenceAnswer of(
      PromptLayout layout, int featureSeed, Sampling sampling, int maxTokens, FakeModel like) {
    var model = new FakeModel(1, like.slotCapacity(), like.vocabularySize());
    var sampler = new TokenSampler();
    float[][] logits = new float[1][like.vocabularySize()];
    model.prefill(wholePrompt(layout, featureSeed), logits[0]);
    List<Integer> tokens = new ArrayList<>();
    while (true) {
      int token = sampler.choose(logits[0], sampling, tokens.size());
      tokens.add(token);
      int end = firstStop(text(tokens, false), sampling.stop());
      if (end >= 0) {
        return new ReferenceAnswer(
            tokens, text(tokens, false).substring(0, end), FinishReason.STOP);
      }
      boolean ended = token == Letters.END && !sampling.ignoreEndOfSequence();
      if (ended || tokens.size() == maxTokens) {
        return ended(tokens, sampling, ended ? FinishReason.STOP : FinishReason.LENGTH);
      }
      int position = layout.tokenIds().length + tokens.size() - 1;
      model.decode(List.of(new DecodeToken(0, position, token)), logits);
    }
  }

  private static ReferenceAnswer ended(List<Integer> tokens, Sampling sampling, FinishReason why) {
    String whole = text(tokens, true);
    int end = firstStop(whole, sampling.stop());
    return end < 0
        ? new ReferenceAnswer(tokens, whole, why)
        : new ReferenceAnswer(tokens, whole.substring(0, end), FinishReason.STOP);
  }

  private static PrefillChunk wholePrompt(PromptLayout layout, int featureSeed) {
    List<VisualRows> visual =
        IntStream.range(0, layout.spans().size())
            .mapToObj(i ->
                new VisualRows(
                    layout.spans().get(i).position(),
                    VisualFeatures.rows(featureSeed + i, layout.spans().get(i).length())))
            .toList();
    return new PrefillChunk(0, 0, layout.tokenIds(), visual);
  }

  private static String text(List<Integer> tokens, boolean finished) {
    var letters = new Letters();
    var text = new StringBuilder();
    tokens.forEach(token -> text.append(letters.append(token)));
    return finished ? text.append(letters.finish()).toString() : text.toString();
  }

  /** Where the stop string begins that is complete first; -1 when there is none. */
  static int firstStop(String text, List<String> stops) {
    for (int end = 1; end <= text.length(); end++) {
      String beginning = text.substring(0, end);
      int longest =
          stops.stream().filter(beginning::endsWith).mapToInt(String::length).max().orElse(0);
      if (longest > 0) {
        return end - longest;
      }
    }
    return -1;
  }
}
