package dev.argus.base.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WholeFolderTest {
  @TempDir private Path directory;

  @Test
  void hasItsNameOnlyWhenItIsComplete() throws IOException {
    Path folder = directory.resolve("a").resolve("b");

    WholeFolder.make(
        folder,
        partial -> {
          Files.writeString(Files.createDirectory(partial.resolve("sub")).resolve("file"), "x");
          assertThat(folder).doesNotExist();
        });

    assertThat(folder.resolve("sub/file")).hasContent("x");
    assertThat(entries(directory.resolve("a"))).containsExactly(folder);
  }

  @Test
  void leavesNothingWhereItsContentCannotBeWritten() throws IOException {
    Path folder = directory.resolve("folder");

    assertThatThrownBy(() ->
            WholeFolder.make(
                folder,
                partial -> {
                  Files.writeString(partial.resolve("file"), "x");
                  throw new IOException("disk full");
                }))
        .hasMessage("disk full");

    assertThat(entries(directory)).isEmpty();
  }

  @Test
  void keepsTheFirstWhereSeveralMakeIt() throws Exception {
    int makers = 4;
    CyclicBarrier written = new CyclicBarrier(makers);
    Path folder = directory.resolve("folder");
    try (var threads = Executors.newFixedThreadPool(makers)) {
      List<Future<?>> results = new ArrayList<>();
      for (int i = 0; i < makers; i++) {
        String maker = "maker " + i;
        results.add(
            threads.submit(() -> {
              WholeFolder.make(
                  folder,
                  partial -> {
                    Files.writeString(partial.resolve("file"), maker);
                    await(written);
                  });
              return maker;
            }));
      }
      for (Future<?> result : results) {
        result.get();
      }
    }

    assertThat(entries(directory)).containsExactly(folder);
    assertThat(Files.readString(folder.resolve("file"))).startsWith("maker ");
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void deletesWhatAKilledProcessLeftADayAgo() throws IOException {
    Path abandoned = Files.createDirectory(directory.resolve("x-1.partial"));
    Files.createFile(Files.createDirectory(abandoned.resolve("sub")).resolve("file"));
    Files.setLastModifiedTime(abandoned, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
    Path underWay = Files.createDirectory(directory.resolve("x-2.partial"));

    WholeFolder.make(directory.resolve("y"), partial -> {});

    assertThat(entries(directory)).containsExactlyInAnyOrder(underWay, directory.resolve("y"));
  }

  @Test
  void deletesWhatIsNotThereWithoutComplaint() throws IOException {
    WholeFolder.delete(directory.resolve("nothing"));

    assertThat(entries(directory)).isEmpty();
  }

  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }
}
