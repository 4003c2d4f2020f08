package dev.argus.decoder.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.checkpoint.prompt.VisualSpan;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptTest {
  private static final VisualSpan FIRST = new VisualSpan(2, 3);
  private static final VisualSpan SECOND = new VisualSpan(7, 2);

  @Test
  void sharesEqualTokens() {
    assertThat(text(10).commonPrefix(text(10))).isEqualTo(10);
    assertThat(text(10).commonPrefix(text(6))).isEqualTo(6);
    assertThat(text(6).commonPrefix(text(10))).isEqualTo(6);
    assertThat(prompt("a", Prompts.pictures(10, FIRST), 1).commonPrefix(text(10))).isEqualTo(2);
  }

  @Test
  void sharesNothingBetweenTenants() {
    Prompt other = new Prompt("b", Prompts.text(10), List.of());
    assertThat(text(10).commonPrefix(other)).isZero();
  }

  @Test
  void sharesPicturesThatAreTheSame() {
    PromptLayout layout = Prompts.pictures(12, FIRST, SECOND);
    Prompt prompt = prompt("a", layout, 1, 2);

    assertThat(prompt.commonPrefix(prompt("a", layout, 1, 2))).isEqualTo(12);
    assertThat(prompt.commonPrefix(prompt("a", layout, 1, 3))).isEqualTo(7);
    assertThat(prompt.commonPrefix(prompt("a", layout, 2, 2))).isEqualTo(2);
    assertThat(prompt("b", layout, 1, 2).commonPrefix(prompt)).isZero();
  }

  @Test
  void sharesNoPictureThatIsNotKnown() {
    PromptLayout layout = Prompts.pictures(12, FIRST, SECOND);
    Prompt unknown = prompt("a", layout);

    assertThat(unknown.commonPrefix(unknown)).isEqualTo(2);
    assertThat(unknown.commonPrefix(prompt("a", layout, 1, 2))).isEqualTo(2);
    assertThat(prompt("a", layout, 1, 2).commonPrefix(unknown)).isEqualTo(2);
  }

  @Test
  void sharesNoPictureThatIsCutAnotherWay() {
    Prompt prompt = prompt("a", Prompts.pictures(12, FIRST), 1);
    Prompt longer = prompt("a", Prompts.pictures(12, new VisualSpan(2, 4)), 1);
    int[] ids = Prompts.pictures(12, FIRST).tokenIds();
    Prompt words = new Prompt("a", new PromptLayout(ids, List.of()), List.of());

    assertThat(prompt.commonPrefix(longer)).isEqualTo(2);
    assertThat(longer.commonPrefix(prompt)).isEqualTo(2);
    assertThat(prompt.commonPrefix(words)).isEqualTo(2);
    assertThat(words.commonPrefix(prompt)).isEqualTo(2);
  }

  @Test
  void hasADigestForEverySpanOrNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> prompt("a", Prompts.pictures(12, FIRST, SECOND), 1));
  }

  private static Prompt text(int length) {
    return new Prompt("a", Prompts.text(length), List.of());
  }

  private static Prompt prompt(String tenant, PromptLayout layout, int... pictures) {
    List<ByteBuffer> digests =
        Arrays.stream(pictures).mapToObj(picture -> Prompts.digest(picture)).toList();
    return new Prompt(tenant, layout, digests);
  }
}
