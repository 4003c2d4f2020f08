package dev.argus.cli;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.random.RandomCheckpoint;
import dev.argus.checkpoint.weights.DataType;
import dev.argus.checkpoint.weights.Weights;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Makes a checkpoint of random weights. */
@Command(
    name = "make-checkpoint",
    description =
        "Make a checkpoint of random weights at a published model's true size, for measuring speed"
            + " and memory without a download. What it answers means nothing.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  argus make-checkpoint --arch smolvlm-256m /tmp/smolvlm-256m",
      "  argus make-checkpoint --arch internvl3-2b --seed 7 --shard-size 2GB /tmp/internvl3-2b"
    })
final class MakeCheckpointCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private CommandSpec spec;

  @Option(
      names = "--arch",
      required = true,
      paramLabel = "NAME",
      completionCandidates = Architectures.class,
      description = "The model: ${COMPLETION-CANDIDATES}.")
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private String architecture;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "The same seed gives the same bytes on any machine. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      defaultValue = "bf16",
      description = "How weights are stored: bf16, f16 or f32. Default: ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private DataType type;

  @Option(
      names = "--shard-size",
      paramLabel = "SIZE",
      defaultValue = "5GB",
      converter = Bytes.class,
      description =
          "The most that one weights file may hold, such as 500MB. Default: ${DEFAULT-VALUE}, as"
              + " transformers writes them.")
  private long shardBytes;

  @Parameters(
      paramLabel = "DIR",
      description = "Where the checkpoint goes: a directory that is not there yet, or is empty.")
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private Path directory;

  @Override
  public Integer call() throws IOException {
    RandomCheckpoint checkpoint = RandomCheckpoint.of(architecture, seed, type, shardBytes);
    if (Boolean.getBoolean(StartProgress.PROPERTY)) {
      PrintStream terminal = System.err;
      try (ProgressBar bar = ByteBar.open(terminal, "Writing weights", -1)) {
        checkpoint.write(
            directory,
            (written, total) -> {
              bar.maxHint(total);
              bar.stepTo(written);
            });
      }
    } else {
      checkpoint.write(directory, (_, _) -> {});
    }
    tell();
    return 0;
  }

  private void tell() {
    Checkpoint made = Checkpoint.open(directory);
    Weights weights = made.weights();
    long parameters =
        weights.names().stream().mapToLong(name -> weights.info(name).elements()).sum();
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%s: %s, %s parameters, %sB of weights%n",
        directory,
        made.architecture().modelTypes().getFirst(),
        ModelsCommand.scaled(parameters),
        ModelsCommand.scaled(parameters * type.bytes()));
    out.flush();
  }

  /** What {@code --arch} may be. */
  static final class Architectures implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return RandomCheckpoint.architectures().iterator();
    }
  }

  /** A number of bytes, with one of the decimal units that Hugging Face's tools take. */
  static final class Bytes implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      for (Unit unit : Unit.values()) {
        String number = text.endsWith(unit.name()) ? text.substring(0, text.length() - 2) : "";
        if (number.matches("[1-9][0-9]{0,5}")) {
          return Long.parseLong(number) * unit.bytes;
        }
      }
      throw new TypeConversionException("'%s' is not a size such as 500MB or 5GB".formatted(text));
    }
  }

  private enum Unit {
    MB(1_000_000),
    GB(1_000_000_000);

    private final long bytes;

    Unit(long bytes) {
      this.bytes = bytes;
    }
  }
}
