package dev.argus.decoder.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChunkLengthTest {

  @ParameterizedTest
  @CsvSource({
    "256, 1000, 256",
    "257, 1000, 257",
    "17, 17, 17",
    "16, 17, 15",
    "5, 6, 4",
    "3, 4, 2",
    "3, 3, 3",
    "2, 2, 2",
    "2, 3, 0",
    "1, 2, 0",
    "1, 1, 0",
    "0, 9, 0",
  })
  void isTheLongestThatIsExact(int room, int unread, int length) {
    assertThat(ChunkLength.longest(room, unread)).isEqualTo(length);
  }

  @Test
  void everyPromptCanBeReadWithTheLeastRoom() {
    for (int prompt = 2; prompt < 100; prompt++) {
      for (int room = ChunkLength.LEAST_ROOM; room < 40; room++) {
        int unread = prompt;
        while (unread > 0) {
          int length = ChunkLength.longest(Math.min(room, unread), unread);
          assertThat(length).as("%d of %d", room, unread).isBetween(2, room);
          unread -= length;
        }
      }
    }
  }
}
