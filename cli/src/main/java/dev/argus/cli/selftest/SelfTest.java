package dev.argus.cli.selftest;

import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.export.HubGraphs;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.checkpoint.prompt.ChatMessage;
import dev.argus.checkpoint.prompt.Prompt;
import dev.argus.checkpoint.tiling.Detail;
import dev.argus.decoder.core.LanguageModel;
import dev.argus.decoder.engine.LanguageModels;
import dev.argus.encoder.core.VisionTower;
import dev.argus.encoder.engine.OnnxVisionTower;
import dev.argus.preprocess.core.image.RgbImage;
import dev.argus.preprocess.core.tile.StepwiseTiler;
import dev.argus.preprocess.core.tile.Tiler;
import dev.argus.runtime.Device;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Asks a checkpoint one question about a picture, with the engines that serve it, and looks at what
 * must hold whatever the model has learned: features and logits are finite and of the right shape,
 * the same question has the same answer twice, and a prompt that is read in pieces leads to the
 * same logits as one that is read at once.
 *
 * @param tiles of the picture
 * @param promptTokens of the question, the picture's included
 * @param answerTokens that were generated, greedily
 * @param time that it all took, graphs that had to be built included
 */
public record SelfTest(int tiles, int promptTokens, int answerTokens, Duration time) {
  private static final String QUESTION = "What is in this picture?";
  private static final int ANSWER_TOKENS = 8;
  private static final int PIECES = 3;

  /** Pieces are summed up in another order: so much of the largest logit they may differ. */
  private static final float PIECES_TOLERANCE = 2e-3f;

  /**
   * Runs the test. Vision tower and language model are in memory one after the other.
   *
   * @param device where the engines run
   * @param progress hears of graphs being built
   * @throws ModelFault if the checkpoint does not work, saying what it does instead
   */
  public static SelfTest run(
      Checkpoint checkpoint, Precision precision, Device device, BuildProgress progress) {
    long start = System.nanoTime();
    RgbImage picture = TestPicture.draw();
    Prompt prompt = checkpoint.prompts().build(List.of(question(picture)));
    List<ByteBuffer> features;
    try (VisionTower tower = OnnxVisionTower.open(checkpoint, precision, device, 1, progress)) {
      features = encode(tower, new StepwiseTiler(prompt.plans().getFirst(), picture));
    }
    int length = prompt.layout().tokenIds().length;
    int capacity = Math.min(checkpoint.config().text().contextLength(), length + ANSWER_TOKENS);
    int generated;
    try (LanguageModel model =
        LanguageModels.open(checkpoint, precision, device, 2, capacity, progress)) {
      EncodedPrompt encoded = new EncodedPrompt(prompt.layout(), features);
      generated = answer(model, encoded, readsInPieces(checkpoint, precision));
    }
    return new SelfTest(
        features.size(), length, generated, Duration.ofNanos(System.nanoTime() - start));
  }

  private static ChatMessage question(RgbImage picture) {
    return new ChatMessage(
        ChatMessage.Role.USER,
        List.of(
            new ChatMessage.Picture(picture.width(), picture.height(), Detail.LOW),
            new ChatMessage.Text(QUESTION)));
  }

  private static List<ByteBuffer> encode(VisionTower tower, Tiler tiles) {
    int bytes = tower.visualTokens() * tower.hiddenSize() * Float.BYTES;
    List<ByteBuffer> features = new ArrayList<>();
    while (tiles.hasNext()) {
      ByteBuffer tile = ByteBuffer.wrap(tiles.next().pixels());
      ByteBuffer encoded = tower.encode(List.of(tile)).getFirst();
      require(
          encoded.remaining() == bytes,
          "the vision tower gives %d bytes for a tile, not %d"
              .formatted(encoded.remaining(), bytes));
      require(isFinite(encoded), "the vision tower gives numbers that are not finite");
      require(
          tower.encode(List.of(tile)).getFirst().equals(encoded),
          "the vision tower gives a tile other features the second time");
      features.add(encoded);
    }
    return features;
  }

  private static boolean isFinite(ByteBuffer features) {
    FloatBuffer values = features.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    while (values.hasRemaining()) {
      if (!Float.isFinite(values.get())) {
        return false;
      }
    }
    return true;
  }

  /** Quantised exports scale what they read by the largest of it, so that pieces matter. */
  private static boolean readsInPieces(Checkpoint checkpoint, Precision precision) {
    return precision == Precision.FP32 || HubGraphs.of(checkpoint).isEmpty();
  }

  private static int answer(LanguageModel model, EncodedPrompt prompt, boolean inPieces) {
    int length = prompt.length();
    float[] whole = prompt.read(model, 0, length);
    require(isFinite(whole), "the language model gives logits that are not finite");
    if (inPieces) {
      float[] pieces = prompt.read(model, 1, Math.ceilDiv(length, PIECES));
      float difference = difference(whole, pieces);
      require(
          difference <= PIECES_TOLERANCE * Math.max(1, magnitude(whole)),
          "logits differ by %g when the prompt is read in pieces".formatted(difference));
    }
    List<Integer> first = prompt.continued(model, 0, whole.clone(), ANSWER_TOKENS);
    float[] again = prompt.read(model, 0, length);
    require(
        Arrays.equals(whole, again)
            && prompt.continued(model, 0, again, ANSWER_TOKENS).equals(first),
        "the language model answers otherwise the second time");
    return first.size();
  }

  private static boolean isFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private static float difference(float[] a, float[] b) {
    float most = 0;
    for (int i = 0; i < a.length; i++) {
      most = Math.max(most, Math.abs(a[i] - b[i]));
    }
    return most;
  }

  private static float magnitude(float[] values) {
    return difference(values, new float[values.length]);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new ModelFault("the self-test failed: " + otherwise, null);
    }
  }
}
