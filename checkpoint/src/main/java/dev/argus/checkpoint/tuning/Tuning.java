package dev.argus.checkpoint.tuning;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.config.Settings;
import dev.argus.checkpoint.graph.GraphPart;
import dev.argus.checkpoint.graph.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a checkpoint is to be run on a machine, as {@code argus tune} found by measuring. Kept beside
 * the checkpoint, a file for each kind of machine; what stages are started with goes before it.
 *
 * @param encoder of the vision tower
 * @param decoder of the language model
 */
public record Tuning(Choice encoder, Choice decoder) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FINGERPRINT = "fingerprint";
  private static final String PRECISION = "precision";
  private static final String THREADS = "threads";
  private static final String MAX_BATCH = "max_batch";

  /**
   * How one part is to be run.
   *
   * @param precision of its graph
   * @param threads of one run; 1 or more
   * @param maxBatch most tiles in a run, of the vision tower; 1 of the language model
   */
  public record Choice(Precision precision, int threads, int maxBatch) {
    public Choice {
      if (threads < 1 || maxBatch < 1) {
        throw new IllegalArgumentException(
            "threads and maxBatch must be 1 or more, not %d and %d".formatted(threads, maxBatch));
      }
    }

    /** Where nothing was measured: all processors. */
    static Choice untuned(Precision precision, int maxBatch) {
      return new Choice(precision, Runtime.getRuntime().availableProcessors(), maxBatch);
    }

    /** This, but for what is given. */
    public Choice with(
        Optional<Precision> givenPrecision, OptionalInt givenThreads, OptionalInt givenMaxBatch) {
      return new Choice(
          givenPrecision.orElse(precision),
          givenThreads.orElse(threads),
          givenMaxBatch.orElse(maxBatch));
    }
  }

  /**
   * How a part of a checkpoint is run where nobody says how: as was measured on this kind of
   * processor, or else as is usual on this hardware.
   *
   * @throws ModelFault as {@link #of} does
   */
  public static Choice choice(Checkpoint checkpoint, GraphPart part, Hardware hardware) {
    Optional<Tuning> tuned =
        switch (hardware) {
          case Hardware.Processor(String machine) -> of(checkpoint, machine);
          case Hardware.Gpu _ -> Optional.empty();
        };
    return tuned
        .map(found -> found.choice(part))
        .orElseGet(() ->
            Choice.untuned(
                hardware.usual(checkpoint),
                switch (part) {
                  case VISION -> hardware.usualBatch(checkpoint);
                  case DECODER -> 1;
                }));
  }

  private Choice choice(GraphPart part) {
    return switch (part) {
      case VISION -> encoder;
      case DECODER -> decoder;
    };
  }

  /**
   * What was found for a checkpoint; empty where nothing was, or for other weights than are there
   * now.
   *
   * @param machine a word for the kind of machine
   * @throws ModelFault if the file is there but damaged, naming it and the key
   */
  public static Optional<Tuning> of(Checkpoint checkpoint, String machine) {
    return Settings.readIfPresent(file(checkpoint, machine))
        .filter(found -> found.text(FINGERPRINT).equals(Optional.of(checkpoint.fingerprint())))
        .map(found -> new Tuning(choice(found, "encoder"), choice(found, "decoder")));
  }

  /** Where it is kept. */
  public static Path file(Checkpoint checkpoint, String machine) {
    return checkpoint.directory().resolve(".argus").resolve("tuning-%s.json".formatted(machine));
  }

  private static Choice choice(Settings found, String part) {
    Settings settings = found.object(part);
    try {
      return new Choice(
          Precision.parse(settings.text(PRECISION).orElse("")),
          settings.positive(THREADS),
          settings.positive(MAX_BATCH));
    } catch (IllegalArgumentException e) {
      throw settings.fault(PRECISION, String.valueOf(e.getMessage()));
    }
  }

  /** Keeps it beside the checkpoint. */
  public void keep(Checkpoint checkpoint, String machine) throws IOException {
    ObjectNode json = JSON.createObjectNode().put(FINGERPRINT, checkpoint.fingerprint());
    put(json.putObject("encoder"), encoder);
    put(json.putObject("decoder"), decoder);
    Path file = file(checkpoint, machine);
    Files.createDirectories(file.getParent());
    JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), json);
  }

  private static void put(ObjectNode json, Choice choice) {
    json.put(PRECISION, choice.precision().label())
        .put(THREADS, choice.threads())
        .put(MAX_BATCH, choice.maxBatch());
  }
}
