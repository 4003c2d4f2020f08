package dev.argus.decoder.core;

import dev.argus.base.sampling.Sampling;
import dev.argus.base.sampling.Stopping;
import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.decoder.core.LanguageModel.DecodeToken;
import dev.argus.decoder.core.LanguageModel.PrefillChunk;
import dev.argus.decoder.core.LanguageModel.VisualRows;
import dev.argus.decoder.core.sampling.TokenHistory;
import dev.argus.decoder.core.sampling.TokenSampler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;
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
    return of(layout, span -> featureSeed + span, sampling, maxTokens, like);
  }

  /** As above, with a seed for each span. */
  static ReferenceAnswer of(
      PromptLayout layout,
      IntUnaryOperator featureSeeds,
      Sampling sampling,
      int maxTokens,
      FakeModel like) {
    var model = new FakeModel(1, like.slotCapacity(), like.vocabularySize()).anyChunk();
    var sampler = new TokenSampler(like.vocabularySize());
    var history =
        new TokenHistory(
            sampling,
            layout.tokenIds(),
            Set.of(Letters.END),
            like.vocabularySize(),
            Optional.empty());
    Stopping stopping = sampling.stopping();
    float[][] logits = new float[1][like.vocabularySize()];
    model.prefill(wholePrompt(layout, featureSeeds), logits[0]);
    List<Integer> tokens = new ArrayList<>();
    while (true) {
      int token = sampler.choose(logits[0], sampling, history).id();
      history.add(token);
      tokens.add(token);
      boolean end = token == Letters.END && !stopping.ignoreEndOfSequence();
      boolean last =
          tokens.size() >= stopping.minTokens() && (end || stopping.tokenIds().contains(token));
      List<Integer> said = last ? tokens.subList(0, tokens.size() - 1) : tokens;
      boolean over = last || tokens.size() == maxTokens;
      String text = text(said, over);
      int unstoppable =
          text(tokens.subList(0, Math.min(stopping.minTokens(), said.size())), false).length();
      int stop = firstStop(text.substring(unstoppable), stopping.strings());
      if (stop >= 0) {
        return new ReferenceAnswer(
            tokens, text.substring(0, unstoppable + stop), FinishReason.STOP);
      }
      if (over) {
        return new ReferenceAnswer(tokens, text, last ? FinishReason.STOP : FinishReason.LENGTH);
      }
      int position = layout.tokenIds().length + tokens.size() - 1;
      model.decode(List.of(new DecodeToken(0, position, token)), logits);
    }
  }

  private static PrefillChunk wholePrompt(PromptLayout layout, IntUnaryOperator featureSeeds) {
    List<VisualRows> visual =
        IntStream.range(0, layout.spans().size())
            .mapToObj(i ->
                new VisualRows(
                    layout.spans().get(i).position(),
                    VisualFeatures.rows(
                        featureSeeds.applyAsInt(i), layout.spans().get(i).length())))
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
