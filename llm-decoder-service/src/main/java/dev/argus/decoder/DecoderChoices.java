package dev.argus.decoder;

import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.export.HubGraphs;
import dev.argus.checkpoint.graph.GraphPart;
import dev.argus.checkpoint.tuning.Hardware;
import dev.argus.checkpoint.tuning.Tuning;
import dev.argus.checkpoint.tuning.Tuning.Choice;
import dev.argus.runtime.Recording;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a decoder runs its models: as the settings say, else as was tuned or is usual. */
final class DecoderChoices {
  private static final Logger LOG = LoggerFactory.getLogger(DecoderChoices.class);

  private DecoderChoices() {}

  /**
   * The choice for each model. Warns of a precision that does not suit the hardware.
   *
   * @param checkpoints by the models' names
   * @throws ModelFault if decode steps are to be recorded where they cannot be
   */
  static Map<String, Choice> of(
      Map<String, Checkpoint> checkpoints, DecoderSettings settings, Hardware hardware) {
    Map<String, Choice> choices = new TreeMap<>();
    checkpoints.forEach((name, checkpoint) -> {
      Choice choice =
          Tuning.choice(checkpoint, GraphPart.DECODER, hardware)
              .with(settings.precision(), settings.threads(), OptionalInt.empty());
      hardware
          .objection(checkpoint, GraphPart.DECODER, choice.precision())
          .ifPresent(objection -> object(name, settings.recording(), objection));
      if (settings.recording() == Recording.ON && HubGraphs.of(checkpoint).isPresent()) {
        throw unrecordable(name, "it is an export, whose cache is another one after each step");
      }
      choices.put(name, choice);
    });
    return choices;
  }

  private static void object(String name, Recording recording, String objection) {
    switch (recording) {
      case OFF -> LOG.warn("{}: {}", name, objection);
      case ON -> throw unrecordable(name, objection);
    }
  }

  private static ModelFault unrecordable(String name, String why) {
    return new ModelFault("cuda-graphs cannot be had of %s: %s".formatted(name, why), null);
  }
}
