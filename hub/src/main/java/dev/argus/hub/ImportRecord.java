package dev.argus.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a checkpoint came from, kept in its directory as {@code .argus/import.json}.
 *
 * @param source the model's page, or the directory that was copied, as an address
 * @param revision the branch, tag or commit that was asked for; empty for a directory
 * @param commit what that was then; empty for a directory
 * @param choice {@link FileChoice#label}
 * @param files by name
 */
public record ImportRecord(
    String source, String revision, String commit, String choice, List<RemoteFile> files) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FILE = ".argus/import.json";

  public ImportRecord {
    files = List.copyOf(files);
  }

  /** The record in a directory; empty where there is none that can be read. */
  public static Optional<ImportRecord> in(Path directory) {
    Path file = directory.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse(JSON.readTree(file.toFile())));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty(); // Damaged: as good as none.
    }
  }

  private static ImportRecord parse(JsonNode json) {
    List<RemoteFile> files = new ArrayList<>();
    for (JsonNode file : json.path("files")) {
      Checksum checksum =
          Checksum.of(file.path("checksum").asText())
              .orElseThrow(() -> new IllegalArgumentException("no checksum"));
      files.add(new RemoteFile(file.path("name").asText(), file.path("size").asLong(), checksum));
    }
    return new ImportRecord(
        json.path("source").asText(),
        json.path("revision").asText(),
        json.path("commit").asText(),
        json.path("choice").asText(),
        files);
  }

  /** Writes the record into a directory. */
  void write(Path directory) throws IOException {
    ObjectNode json = JSON.createObjectNode();
    json.put("source", source).put("revision", revision).put("commit", commit);
    json.put("choice", choice);
    for (RemoteFile file : files) {
      json.withArray("files")
          .addObject()
          .put("name", file.name())
          .put("size", file.size())
          .put("checksum", file.checksum().hex());
    }
    Path file = directory.resolve(FILE);
    Files.createDirectories(file.getParent());
    JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), json);
  }

  /** Bytes of all files. */
  public long bytes() {
    return files.stream().mapToLong(RemoteFile::size).sum();
  }

  /** Whether all files are in the directory, by their sizes alone. */
  boolean isWhole(Path directory) throws IOException {
    for (RemoteFile file : files) {
      Path path = directory.resolve(file.name());
      if (!Files.isRegularFile(path) || Files.size(path) != file.size()) {
        return false;
      }
    }
    return true;
  }
}
