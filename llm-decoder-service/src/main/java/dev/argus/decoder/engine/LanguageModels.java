package dev.argus.decoder.engine;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.export.HubGraphs;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.decoder.core.LanguageModel;
import dev.argus.runtime.Device;
import java.util.Optional;

/** Opens whatever language model a checkpoint has. */
public final class LanguageModels {
  private LanguageModels() {}

  /**
   * Opens a checkpoint's language model: an export's where the checkpoint is one, else its own,
   * whose graph is built first where it has not been.
   *
   * @param precision what its graph computes in
   * @param device where it runs; closed by the caller, after this
   * @param slots sequences that fit at once; at least 1
   * @param slotCapacity positions in each; 1 to the model's context length
   * @param progress hears of the building
   * @throws dev.argus.base.failure.ModelFault if a graph cannot be found, built or loaded
   */
  public static LanguageModel open(
      Checkpoint checkpoint,
      Precision precision,
      Device device,
      int slots,
      int slotCapacity,
      BuildProgress progress) {
    Optional<HubGraphs> export = HubGraphs.of(checkpoint);
    return export.isPresent()
        ? ExportedLanguageModel.open(
            checkpoint.config().text(), export.get(), precision, device, slots, slotCapacity)
        : OnnxLanguageModel.open(checkpoint, precision, device, slots, slotCapacity, progress);
  }
}
