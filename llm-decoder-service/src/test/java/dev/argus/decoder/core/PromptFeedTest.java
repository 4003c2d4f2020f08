package dev.argus.decoder.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.checkpoint.prompt.VisualSpan;
import dev.argus.decoder.core.LanguageModel.PrefillChunk;
import dev.argus.decoder.core.LanguageModel.VisualRows;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class PromptFeedTest {

  @Test
  void readsWordsAtOnce() {
    var feed = new PromptFeed(Prompts.text(5));
    assertThat(feed.available()).isEqualTo(5);
    PrefillChunk chunk = feed.next(3, 10);
    assertThat(chunk.slot()).isEqualTo(3);
    assertThat(chunk.start()).isZero();
    assertThat(chunk.tokenIds()).containsExactly(2, 3, 4, 5, 6);
    assertThat(chunk.visual()).isEmpty();
    assertThat(feed.done()).isTrue();
  }

  @Test
  void stopsBeforeMissingVisualTokens() {
    var feed = new PromptFeed(Prompts.pictures(9, new VisualSpan(2, 3), new VisualSpan(6, 2)));
    assertThat(feed.available()).isEqualTo(2);
    feed.visualTokens(1, VisualFeatures.rows(1, 2));
    assertThat(feed.available()).isEqualTo(2);
    assertThat(feed.missingSpan()).isZero();
    feed.visualTokens(0, VisualFeatures.rows(0, 3));
    assertThat(feed.available()).isEqualTo(9);
  }

  @Test
  void cutsVisualTokensWhereAChunkEnds() {
    var feed = new PromptFeed(Prompts.pictures(9, new VisualSpan(2, 4), new VisualSpan(6, 2)));
    feed.visualTokens(0, VisualFeatures.rows(7, 4));
    feed.visualTokens(1, VisualFeatures.rows(8, 2));

    PrefillChunk first = feed.next(0, 4);
    PrefillChunk second = feed.next(0, 5);

    assertThat(first.visual()).hasSize(1);
    assertRows(first.visual().getFirst(), 2, 7, 0, 2);
    assertThat(second.start()).isEqualTo(4);
    assertThat(second.visual()).hasSize(2);
    assertRows(second.visual().getFirst(), 0, 7, 2, 2);
    assertRows(second.visual().getLast(), 2, 8, 0, 2);
    assertThat(feed.done()).isTrue();
  }

  @Test
  void refusesASpanTwice() {
    var feed = new PromptFeed(Prompts.pictures(4, new VisualSpan(1, 2)));
    feed.visualTokens(0, VisualFeatures.rows(0, 2));
    assertThatThrownBy(() -> feed.visualTokens(0, VisualFeatures.rows(0, 2)))
        .isInstanceOf(IllegalStateException.class);
  }

  private static void assertRows(VisualRows rows, int offset, int seed, int firstRow, int count) {
    assertThat(rows.offset()).isEqualTo(offset);
    assertThat(rows.features().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    var numbers = rows.features().asFloatBuffer();
    assertThat(numbers.remaining()).isEqualTo(count * VisualFeatures.HIDDEN_SIZE);
    for (int row = 0; row < count; row++) {
      assertThat(numbers.get(2 * row)).isEqualTo(seed);
      assertThat(numbers.get(2 * row + 1)).isEqualTo(firstRow + row);
    }
  }
}
