package dev.argus.decoder.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.base.failure.InvalidInput;
import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.checkpoint.prompt.VisualSpan;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class PromptRulesTest {
  private final PromptRules rules = new PromptRules(20, 50, Prompts.IMAGE);

  @Test
  void takesAPromptThatLeavesRoomForOneToken() {
    assertThatCode(() -> rules.check(Prompts.text(19))).doesNotThrowAnyException();
    assertThat(rules.answerLimit(19, OptionalInt.empty())).isEqualTo(1);
    assertRefused(Prompts.text(20), "messages", "become 20 tokens");
  }

  @Test
  void takesAsManyAnswerTokensAsFit() {
    assertThat(rules.answerLimit(12, OptionalInt.empty())).isEqualTo(8);
    assertThat(rules.answerLimit(12, OptionalInt.of(8))).isEqualTo(8);
    assertThatThrownBy(() -> rules.answerLimit(12, OptionalInt.of(9)))
        .isInstanceOf(InvalidInput.class)
        .hasMessage(
            "sampling.max_tokens is 9; the prompt has 12 of the model's 20 tokens, so at most 8 are"
                + " allowed");
  }

  @Test
  void refusesAnEmptyPrompt() {
    assertRefused(Prompts.text(0), "layout.token_ids", "is empty");
  }

  @Test
  void refusesTokensOutsideTheVocabulary() {
    assertRefused(layout(new int[] {2, 50}), "layout.token_ids[1]", "is 50; must be below");
    assertRefused(layout(new int[] {-1}), "layout.token_ids[0]", "is 4294967295");
  }

  @Test
  void refusesSpansThatOverlapOrGoBack() {
    PromptLayout overlap = Prompts.pictures(9, new VisualSpan(1, 3), new VisualSpan(3, 2));
    assertRefused(overlap, "layout.spans[1].position", "is 3; must be 4 or more");
    PromptLayout back = Prompts.pictures(9, new VisualSpan(5, 2), new VisualSpan(1, 2));
    assertRefused(back, "layout.spans[1].position", "is 1; must be 7 or more");
  }

  @Test
  void refusesSpansOutsideThePrompt() {
    int[] ids = Prompts.pictures(5, new VisualSpan(3, 2)).tokenIds();
    assertRefused(layout(ids, new VisualSpan(3, 3)), "layout.spans[0]", "must end within");
    assertRefused(layout(ids, new VisualSpan(5, 1)), "layout.spans[0]", "must end within");
    assertRefused(layout(ids, new VisualSpan(-1, 1)), "layout.spans[0]", "position 4294967295");
    assertRefused(
        layout(ids, new VisualSpan(3, Integer.MAX_VALUE)), "layout.spans[0]", "must end within");
  }

  @Test
  void refusesEmptySpans() {
    int[] ids = Prompts.pictures(5, new VisualSpan(3, 2)).tokenIds();
    assertRefused(layout(ids, new VisualSpan(3, 0)), "layout.spans[0].length", "is 0");
  }

  @Test
  void refusesASpanOverOtherTokens() {
    assertRefused(
        layout(Prompts.text(5).tokenIds(), new VisualSpan(1, 2)),
        "layout.spans[0]",
        "covers layout.token_ids[1], which is 3; must be the image token 1");
  }

  private static PromptLayout layout(int[] ids, VisualSpan... spans) {
    return new PromptLayout(ids, List.of(spans));
  }

  private void assertRefused(PromptLayout layout, String field, String problem) {
    assertThatThrownBy(() -> rules.check(layout))
        .isInstanceOfSatisfying(
            InvalidInput.class, refusal -> assertThat(refusal.field()).isEqualTo(field))
        .hasMessageContaining(problem);
  }
}
