package dev.argus.bench.serve;

import com.google.protobuf.ByteString;
import dev.argus.bench.measure.Task;
import dev.argus.bench.serve.endpoint.PictureFile;
import dev.argus.checkpoint.tiling.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The pictures that are asked about, in turn.
 *
 * @param description for people
 * @param files empty for questions without a picture
 */
record PictureSet(String description, List<PictureFile> files) {
  private static final Map<String, String> MEDIA_TYPES =
      Map.of(
          "jpg", "image/jpeg",
          "jpeg", "image/jpeg",
          "png", "image/png",
          "webp", "image/webp",
          "gif", "image/gif",
          "bmp", "image/bmp");

  PictureSet {
    files = List.copyOf(files);
  }

  /**
   * The pictures of a folder, by their names' order, or a single one.
   *
   * @throws IOException if there is none
   */
  static PictureSet of(Path folderOrFile) throws IOException {
    if (!Files.exists(folderOrFile)) {
      throw new NoSuchFileException(folderOrFile.toString());
    }
    List<Path> paths =
        Files.isDirectory(folderOrFile) ? inside(folderOrFile) : List.of(folderOrFile);
    List<PictureFile> files = new ArrayList<>();
    for (Path path : paths) {
      String type =
          mediaType(path)
              .orElseThrow(() ->
                  new IOException("%s is no JPEG, PNG, WebP, GIF or BMP file".formatted(path)));
      files.add(new PictureFile(type, ByteString.copyFrom(Files.readAllBytes(path))));
    }
    if (files.isEmpty()) {
      throw new IOException("%s holds no picture".formatted(folderOrFile));
    }
    return new PictureSet("pictures of " + folderOrFile, files);
  }

  /**
   * Draws different pictures.
   *
   * @param seed the same seed and number give the same pictures
   */
  static PictureSet draw(int number, Size size, long seed) {
    try (Task task = Task.begin("Drawing pictures", number)) {
      List<PictureFile> files =
          IntStream.range(0, number)
              .parallel()
              .mapToObj(picture -> {
                PictureFile drawn = PictureFile.drawn(size, seed * 1_000_003 + picture);
                synchronized (task) {
                  task.step();
                }
                return drawn;
              })
              .toList();
      return new PictureSet("drawn JPEGs of %dx%d".formatted(size.width(), size.height()), files);
    }
  }

  /** The first alone. */
  PictureSet first() {
    return new PictureSet(description, files.subList(0, 1));
  }

  private static List<Path> inside(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(path -> mediaType(path).isPresent()).sorted().toList();
    }
  }

  private static Optional<String> mediaType(Path path) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    return Optional.ofNullable(MEDIA_TYPES.get(name.substring(name.lastIndexOf('.') + 1)));
  }
}
