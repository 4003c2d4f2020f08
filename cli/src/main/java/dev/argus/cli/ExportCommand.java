package dev.argus.cli;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.export.ExportProgress;
import dev.argus.checkpoint.export.HubExport;
import java.nio.file.Path;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a checkpoint as ONNX files for others to run. */
@Command(
    name = "export",
    description = {
      "Write a checkpoint as ONNX files in the layout of the Hugging Face Hub, as",
      "transformers.js runs them: ONNX's own operators, float32."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  argus export ~/models/SmolVLM-256M-Instruct smolvlm-onnx",
      "  argus describe photo.jpg --model smolvlm-onnx",
      "",
      "Argus serves exports too, slower than the checkpoints they are made of."
    })
final class ExportCommand implements Runnable {
  private final Installation installation;

  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "CHECKPOINT",
      description = "Its directory, or its name below models/. Idefics3 (SmolVLM) only.")
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private String checkpoint;

  @Parameters(index = "1", paramLabel = "DIR", description = "Where to write; must not exist.")
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private Path directory;

  ExportCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public void run() {
    Checkpoint opened = Checkpoint.open(installation.checkpoint(checkpoint));
    try (Bars bars = new Bars()) {
      HubExport.write(opened, directory, bars);
    }
    spec.commandLine().getOut().println(directory);
    spec.commandLine().getOut().flush();
  }

  /** One bar after another on a terminal; nothing elsewhere. */
  private static final class Bars implements ExportProgress, AutoCloseable {
    private String shown = "";
    private @Nullable ProgressBar bar;

    @Override
    public void advanced(String file, long writtenBytes, long totalBytes) {
      if (Boolean.getBoolean(StartProgress.PROPERTY) && !file.equals(shown)) {
        close();
        shown = file;
        bar = ByteBar.open(System.err, "Writing " + file, totalBytes);
      }
      if (bar != null) {
        bar.stepTo(writtenBytes);
      }
    }

    @Override
    public void close() {
      if (bar != null) {
        bar.close();
        bar = null;
      }
    }
  }
}
