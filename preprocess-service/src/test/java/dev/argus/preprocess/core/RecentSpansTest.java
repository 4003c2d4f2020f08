package dev.argus.preprocess.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.base.digest.Digest;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecentSpansTest {
  private final RecentSpans recent = new RecentSpans(4);

  @Test
  void knowsWhatItSaw() {
    assertThat(recent.saw(spans(0, 2))).isFalse();
    assertThat(recent.saw(spans(0, 2))).isTrue();
    assertThat(recent.saw(spans(2, 4))).isFalse();
    assertThat(recent.saw(spans(0, 4))).isTrue();
    assertThat(recent.saw(List.of())).isFalse();
  }

  @Test
  void forgetsWhatItSawLongestAgo() {
    recent.saw(spans(0, 2));
    recent.saw(spans(2, 4));
    recent.saw(spans(0, 2));
    recent.saw(spans(4, 6));

    assertThat(recent.saw(spans(0, 2))).isTrue();
    assertThat(recent.saw(spans(2, 4))).isFalse();
  }

  private static List<Digest> spans(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> Digest.of(new byte[] {(byte) i})).toList();
  }
}
