package dev.argus.bench.option;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where figures are written for other programs. */
public final class JsonOption {
  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there too.")
  private @Nullable Path file;

  /** Writes a report's components, where that is asked for. */
  public void write(Record report) throws IOException {
    if (file != null) {
      Files.write(
          file, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(report));
    }
  }
}
