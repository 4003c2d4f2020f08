package dev.argus.preprocess.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RecentPicturesTest {
  private final RecentPictures recent = new RecentPictures(4);

  @Test
  void knowsWhatItSaw() {
    assertThat(recent.saw(List.of(0L, 1L))).isFalse();
    assertThat(recent.saw(List.of(0L, 1L))).isTrue();
    assertThat(recent.saw(List.of(2L, 3L))).isFalse();
    assertThat(recent.saw(List.of(0L, 4L))).isTrue();
    assertThat(recent.saw(List.of())).isFalse();
  }

  @Test
  void forgetsWhatItSawLongestAgo() {
    recent.saw(List.of(0L, 1L));
    recent.saw(List.of(2L, 3L));
    recent.saw(List.of(0L, 1L));
    recent.saw(List.of(4L, 5L));

    assertThat(recent.saw(List.of(0L))).isTrue();
    assertThat(recent.saw(List.of(2L))).isFalse();
  }

  @Test
  void tellsFilesApart() {
    assertThat(RecentPictures.checksum(new byte[] {1, 2, 3}))
        .isEqualTo(RecentPictures.checksum(new byte[] {1, 2, 3}))
        .isNotEqualTo(RecentPictures.checksum(new byte[] {1, 2, 4}))
        .isNotEqualTo(RecentPictures.checksum(new byte[] {1, 2, 3, 0}));
  }
}
