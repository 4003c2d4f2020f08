package dev.argus.preprocess.core.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.argus.testdata.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever is done to a file, it decodes or is refused as {@link UnreadableImage}: nothing else.
 */
class BrokenFilesTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int MUTATIONS = 200;

  /** Larger files cost seconds each and take no other path. */
  private static final int LARGEST_FILE = 200_000;

  /** What a mutated header may still declare; the limits above this layer refuse more. */
  private static final long MOST_PIXELS = 4_000_000;

  static Stream<Path> files() throws IOException {
    Path corners = Golden.repository().resolve("preprocess-service/src/test/resources/formats");
    return Stream.of(Golden.path("images"), corners)
        .flatMap(BrokenFilesTest::pictures)
        .filter(file -> file.toFile().length() <= LARGEST_FILE)
        .sorted();
  }

  @ParameterizedTest
  @MethodSource("files")
  void survivesFlippedBytes(Path path) throws IOException {
    byte[] file = Files.readAllBytes(path);
    Random random = new Random(path.getFileName().toString().hashCode());

    assertTimeoutPreemptively(
        LIMIT,
        () -> {
          for (int i = 0; i < MUTATIONS; i++) {
            byte[] broken = file.clone();
            // Headers are short and decide most: half of the mutations hit the first bytes.
            int reach = i % 2 == 0 ? Math.min(200, file.length) : file.length;
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
              broken[random.nextInt(reach)] = (byte) random.nextInt(256);
            }
            decodeOrRefuse(broken);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("files")
  void survivesTruncation(Path path) throws IOException {
    byte[] file = Files.readAllBytes(path);
    Random random = new Random(path.getFileName().toString().hashCode());

    assertTimeoutPreemptively(
        LIMIT,
        () -> {
          for (int i = 0; i < MUTATIONS; i++) {
            int length = i < 100 ? Math.min(i, file.length) : random.nextInt(file.length);
            decodeOrRefuse(Arrays.copyOf(file, length));
          }
        });
  }

  @ParameterizedTest
  @MethodSource("files")
  void refusesHalfAPicture(Path path) throws Exception {
    byte[] file = Files.readAllBytes(path);
    // An animation's first frame may be whole when half of the file is missing.
    int length = path.toString().contains("animated") ? file.length / 6 : file.length / 2;

    assertThatThrownBy(() -> ImageFile.parse(Arrays.copyOf(file, length)).decode())
        .isInstanceOf(UnreadableImage.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "B", "hello", "%PDF-1.7", "<svg/>", "RIFF....WAVE", "GIF", "....ftypavif"})
  void refusesWhatIsNoImage(String content) {
    assertThatThrownBy(() -> ImageFile.parse(content.getBytes(ISO_8859_1)))
        .isInstanceOf(UnreadableImage.class)
        .hasMessage("is not a JPEG, PNG, WebP, GIF or BMP file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "....ftypisom",
        "....ftypqt  ",
        "\u001aE\u00df\u00a3",
        "RIFF....AVI LIST",
        "OggS",
        "\0\0\u0001\u00ba"
      })
  void saysThatAVideoIsOne(String content) {
    assertThatThrownBy(() -> ImageFile.parse(content.getBytes(ISO_8859_1)))
        .isInstanceOf(UnreadableImage.class)
        .hasMessage("is a video; only pictures are supported");
  }

  @Test
  void saysThatAPhotographIsTruncated() {
    byte[] file = Golden.bytes("images/08_photo_420_1024x768.jpg");
    byte[] half = Arrays.copyOf(file, file.length / 2);

    assertThatThrownBy(() -> ImageFile.parse(half).decode())
        .isInstanceOf(UnreadableImage.class)
        .hasMessage("is a truncated JPEG file");
  }

  @Test
  void refusesAProgressivePhotographOfTooManyScans() {
    byte[] file = Golden.bytes("images/xa_prog_100x80.jpg");
    byte[] scan = {(byte) 0xff, (byte) 0xda, 0, 8, 1, 1, 0, 1, 5, 1};
    byte[] bomb = Arrays.copyOf(file, file.length + 200 * scan.length);
    for (int i = 0; i < 200; i++) {
      System.arraycopy(scan, 0, bomb, file.length + i * scan.length, scan.length);
    }

    assertThatThrownBy(() -> ImageFile.parse(bomb))
        .isInstanceOf(UnreadableImage.class)
        .hasMessageContaining("scans");
  }

  private static void decodeOrRefuse(byte[] broken) {
    try {
      ImageFile file = ImageFile.parse(broken);
      long pixels = (long) file.storedSize().width() * file.storedSize().height();
      if (pixels <= MOST_PIXELS) {
        assertThat(file.decode().size()).isEqualTo(file.size());
      }
    } catch (UnreadableImage e) {
      assertThat(e).hasMessageStartingWith("is ");
    }
  }

  private static Stream<Path> pictures(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      return all
          .filter(file -> file.toString().matches(".*\\.(jpg|png|gif|bmp|webp)"))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
