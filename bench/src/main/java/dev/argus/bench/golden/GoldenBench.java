package dev.argus.bench.golden;

import dev.argus.bench.measure.Distance;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.cli.selftest.EncodedPrompt;
import dev.argus.decoder.core.LanguageModel;
import dev.argus.decoder.engine.OnnxLanguageModel;
import dev.argus.encoder.core.VisionTower;
import dev.argus.encoder.engine.OnnxVisionTower;
import dev.argus.runtime.Device;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Answers the reference's conversations with the engines that serve, on a device. */
record GoldenBench(GoldenFolder golden, Device device) {

  /**
   * Compares all conversations of a checkpoint.
   *
   * @param precision of the vision tower
   * @param decoder precision of the language model
   * @throws dev.argus.base.failure.ModelFault if the device does not run one of them
   */
  List<Agreement> compare(Path folder, Precision precision, Precision decoder) throws IOException {
    Checkpoint checkpoint = Checkpoint.open(folder);
    List<GoldenCase> cases = golden.cases(folder);
    List<Prepared> prepared =
        cases.stream().map(each -> Prepared.of(checkpoint, each.conversation())).toList();
    int capacity = 0;
    for (int i = 0; i < cases.size(); i++) {
      int length = prepared.get(i).layout().tokenIds().length + cases.get(i).answer().size();
      capacity = Math.max(capacity, length);
    }
    List<Agreement> agreements = new ArrayList<>();
    try (VisionTower tower =
            OnnxVisionTower.open(checkpoint, precision, device, 1, BuildProgress.SILENT);
        LanguageModel model =
            OnnxLanguageModel.open(
                checkpoint, decoder, device, 1, capacity, BuildProgress.SILENT)) {
      String name = folder.getFileName().toString();
      String label =
          precision == decoder ? precision.label() : precision.label() + "+" + decoder.label();
      for (int i = 0; i < cases.size(); i++) {
        agreements.add(compare(name, label, cases.get(i), encode(tower, prepared.get(i)), model));
      }
    }
    return agreements;
  }

  private static EncodedPrompt encode(VisionTower tower, Prepared prepared) {
    return new EncodedPrompt(
        prepared.layout(),
        prepared.tiles().stream().map(tile -> tower.encode(List.of(tile)).getFirst()).toList());
  }

  private static Agreement compare(
      String checkpoint,
      String precision,
      GoldenCase golden,
      EncodedPrompt prompt,
      LanguageModel model) {
    float[] logits = prompt.read(model, 0, prompt.length());
    float[] expected = Arrays.copyOf(golden.logits(), logits.length);
    double logitError = Distance.relative(logits, expected);
    List<Integer> answer = prompt.continued(model, 0, logits, golden.answer().size());
    int agreed = 0;
    while (agreed < answer.size() && answer.get(agreed).equals(golden.answer().get(agreed))) {
      agreed++;
    }
    return new Agreement(
        checkpoint,
        golden.name(),
        precision,
        golden.features().length == 0
            ? 0
            : Distance.relative(floats(prompt.features()), golden.features()),
        logitError,
        agreed,
        golden.answer().size());
  }

  private static float[] floats(List<ByteBuffer> tiles) {
    FloatBuffer all =
        FloatBuffer.allocate(tiles.stream().mapToInt(ByteBuffer::remaining).sum() / Float.BYTES);
    tiles.forEach(tile -> all.put(tile.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer()));
    return all.array();
  }
}
