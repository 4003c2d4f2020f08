package dev.argus.preprocess.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.argus.checkpoint.tiling.Size;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Which files are read, and what sound ones show, never depends on whether libjpeg-turbo is
 * installed. Left out where it is not: there is nothing to compare then.
 */
class TurboJpegTest {
  private static final int MUTATIONS = 60;
  private static final int LARGEST_FILE = 200_000;
  private static final long MOST_PIXELS = 4_000_000;

  private final PictureDecoder fastest = PictureDecoder.fastest();
  private final PictureDecoder portable = PictureDecoder.portable();

  @BeforeEach
  void requireLibrary() {
    assumeTrue(fastest.usesTurboJpeg(), "libturbojpeg is not installed");
  }

  @AfterEach
  void close() {
    fastest.close();
    portable.close();
  }

  /** Grey, CMYK, YCCK, RGB, progressive, with restarts; 4:4:4 to 4:1:1; turned by EXIF. */
  static Stream<Path> files() throws IOException {
    Path corners = Golden.repository().resolve("preprocess-service/src/test/resources/formats");
    return Stream.of(Golden.path("images"), corners).flatMap(TurboJpegTest::jpegs).sorted();
  }

  static Stream<Path> smallFiles() throws IOException {
    return files().filter(file -> file.toFile().length() <= LARGEST_FILE);
  }

  @ParameterizedTest
  @MethodSource("files")
  void givesTheBytesThatTheJdkGives(Path path) throws Exception {
    byte[] file = Files.readAllBytes(path);

    assertThat(decode(fastest, file)).isEqualTo(decode(portable, file));
  }

  /** Else every comparison here would be of the JDK with itself. */
  @ParameterizedTest
  @MethodSource("files")
  void decodesEverySoundFileItself(Path path) throws Exception {
    JpegFile file = JpegFile.parse(Files.readAllBytes(path));
    Size size = file.storedSize();
    boolean inks = file.colors().components() == 4;

    try (Arena arena = Arena.ofConfined()) {
      var target = arena.allocate(4L * size.width() * size.height());

      assertThat(
              TurboJpeg.library()
                  .orElseThrow()
                  .decode(
                      file.bytes(),
                      size,
                      inks ? TurboJpeg.Layout.CMYK : TurboJpeg.Layout.RGBA,
                      target))
          .isTrue();
    }
  }

  /** While it decodes, a row that counts as there does not change any more. */
  @Test
  void showsRowsOnlyAsTheyWillStay() throws Exception {
    int seenEarly = 0;
    for (Path path : files().toList()) {
      ImageFile file = ImageFile.parse(Files.readAllBytes(path));
      for (int i = 0; i < 5; i++) {
        seenEarly += rowsSeenEarly(file);
      }
    }
    assertThat(seenEarly > 0).isEqualTo(System.getProperty("os.arch").equals("amd64"));
  }

  private int rowsSeenEarly(ImageFile file) throws Exception {
    List<Watch> watches = new ArrayList<>();
    try (Pixels whole =
        fastest.decode(
            file,
            pixels -> {
              Watch watch = new Watch(pixels);
              watches.add(watch);
              watch.start();
            })) {
      int seen = 0;
      for (Watch watch : watches) {
        watch.join();
        for (int[] row : watch.rows) {
          assertThat(row).isEqualTo(row(whole, seen++));
        }
      }
      return seen;
    }
  }

  /** Copies each row as soon as it is there, until the last one is. */
  private static final class Watch extends Thread {
    private final Pixels pixels;
    private final List<int[]> rows = new ArrayList<>();

    Watch(Pixels pixels) {
      this.pixels = pixels;
    }

    @Override
    public void run() {
      while (!pixels.isWhole()) {
        int stored = pixels.rowsStored();
        while (rows.size() < pixels.size().height() && isStored(rows.size(), stored)) {
          rows.add(row(pixels, rows.size()));
        }
        Thread.onSpinWait();
      }
    }

    private boolean isStored(int row, int rowsStored) {
      return pixels.rowsHolding(0, row, pixels.size().width(), 1) <= rowsStored;
    }
  }

  private static int[] row(Pixels pixels, int y) {
    int[][] row = new int[1][pixels.size().width()];
    pixels.rows(0, y, row[0].length, 1, row);
    return row[0];
  }

  @Test
  void aPictureThatItFindsFaultWithIsShownAndThenLetGo() throws Exception {
    byte[] file = Golden.bytes("images/08_photo_420_1024x768.jpg");
    ImageFile half = ImageFile.parse(Arrays.copyOf(file, file.length / 2));
    List<Pixels> shown = new ArrayList<>();

    assertThatThrownBy(() -> fastest.decode(half, shown::add)).isInstanceOf(UnreadableImage.class);

    assertThat(shown).hasSize(1);
    assertThat(shown.getFirst().isWhole()).isFalse();
    shown.forEach(Pixels::close);
  }

  @ParameterizedTest
  @MethodSource("smallFiles")
  void agreesOnDamagedFiles(Path path) throws Exception {
    byte[] file = Files.readAllBytes(path);
    Random random = new Random(path.getFileName().toString().hashCode());
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] broken = file.clone();
      int reach = i % 2 == 0 ? Math.min(600, file.length) : file.length;
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        broken[random.nextInt(reach)] = (byte) random.nextInt(256);
      }
      assertSameOutcome(broken);
    }
  }

  @ParameterizedTest
  @MethodSource("smallFiles")
  void agreesOnTruncatedFiles(Path path) throws Exception {
    byte[] file = Files.readAllBytes(path);
    Random random = new Random(path.getFileName().toString().hashCode());
    for (int i = 0; i < MUTATIONS; i++) {
      int length = i < 10 ? file.length - 1 - i : random.nextInt(file.length);
      assertSameOutcome(Arrays.copyOf(file, Math.max(0, length)));
    }
  }

  @Test
  void saysThatAPhotographIsTruncated() throws Exception {
    byte[] file = Golden.bytes("images/08_photo_420_1024x768.jpg");
    ImageFile half = ImageFile.parse(Arrays.copyOf(file, file.length / 2));

    assertThatThrownBy(() -> fastest.decode(half).close())
        .isInstanceOf(UnreadableImage.class)
        .hasMessage("is a truncated JPEG file");
  }

  @Test
  void refusesATargetThatIsTooSmall() throws Exception {
    JpegFile file = JpegFile.parse(Golden.bytes("images/xa_prog_100x80.jpg"));
    TurboJpeg library = TurboJpeg.library().orElseThrow();

    try (Arena arena = Arena.ofConfined()) {
      var target = arena.allocate(4L * 100 * 80 - 1);

      assertThatThrownBy(
              () -> library.decode(file.bytes(), file.storedSize(), TurboJpeg.Layout.RGBA, target))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void writesNothingWhereTheHeaderSaysAnotherSize() throws Exception {
    JpegFile file = JpegFile.parse(Golden.bytes("images/xa_prog_100x80.jpg"));
    TurboJpeg library = TurboJpeg.library().orElseThrow();

    try (Arena arena = Arena.ofConfined()) {
      var target = arena.allocate(4L * 200 * 160);

      assertThat(library.decode(file.bytes(), new Size(200, 160), TurboJpeg.Layout.RGBA, target))
          .isFalse();
      assertThat(target.mismatch(arena.allocate(target.byteSize()))).isEqualTo(-1);
    }
  }

  private void assertSameOutcome(byte[] file) {
    assertThat(outcome(fastest, file)).isEqualTo(outcome(portable, file));
  }

  /** That it was read, or what is wrong. */
  private static String outcome(PictureDecoder decoder, byte[] file) {
    try {
      Size size = ImageFile.parse(file).storedSize();
      if ((long) size.width() * size.height() > MOST_PIXELS) {
        return "too large";
      }
      return decode(decoder, file).length + " bytes";
    } catch (UnreadableImage e) {
      return e.problem();
    }
  }

  private static byte[] decode(PictureDecoder decoder, byte[] file) throws UnreadableImage {
    try (Pixels pixels = decoder.decode(ImageFile.parse(file))) {
      return pixels.toRgbImage().pixels();
    }
  }

  private static Stream<Path> jpegs(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> file.toString().endsWith(".jpg")).toList().stream();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
